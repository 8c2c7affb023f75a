// SPDX-License-Identifier: Apache-2.0
// loop_nest: walks a nest of counted loops and keeps an address and a
// coordinate pair (y, x) that each loop moves by its own step.
//
// A convolution is such a nest: channel, kernel column, kernel row, then pixels
// in pooling windows, windows, and tiles of filters. Every loop remembers where
// it stands; when loop l steps, it and all loops inside it start from there, so
// a single adder per quantity serves the whole nest and nothing is multiplied.

`default_nettype none

module loop_nest #(
    parameter LEVELS  = 8,    // loops; level 0 is the innermost
    parameter W_COUNT = 16,   // bits of a loop counter and of a coordinate
    parameter W_ADDR  = 24    // bits of an address
) (
    input  wire                      clk,

    input  wire                      start,      // takes the origin, all counters zero
    input  wire                      advance,    // one step of the innermost loop

    input  wire [LEVELS*W_COUNT-1:0] limit,      // iterations of each loop, less one
    input  wire [LEVELS*W_ADDR-1:0]  addr_step,  // two's complement
    input  wire [LEVELS*W_COUNT-1:0] y_step,
    input  wire [LEVELS*W_COUNT-1:0] x_step,
    input  wire [W_ADDR-1:0]         addr_origin,
    input  wire [W_COUNT-1:0]        y_origin,   // two's complement, like y and x
    input  wire [W_COUNT-1:0]        x_origin,

    output wire [W_ADDR-1:0]         addr,
    output wire [W_COUNT-1:0]        y,
    output wire [W_COUNT-1:0]        x,
    output wire [LEVELS-1:0]         at_first,   // this loop is in its first iteration
    output wire [LEVELS-1:0]         at_last     // this loop is in its last iteration
);

// Where each loop's current iteration began; level 0 is where the nest stands.
reg [LEVELS*W_COUNT-1:0] index;
reg [LEVELS*W_ADDR-1:0]  addr_at;
reg [LEVELS*W_COUNT-1:0] y_at;
reg [LEVELS*W_COUNT-1:0] x_at;

assign addr = addr_at[W_ADDR-1:0];
assign y    = y_at[W_COUNT-1:0];
assign x    = x_at[W_COUNT-1:0];

genvar g;
generate for (g = 0; g < LEVELS; g = g + 1) begin : gen_level
    assign at_first[g] = index[g*W_COUNT +: W_COUNT] == {W_COUNT{1'b0}};
    assign at_last[g]  = index[g*W_COUNT +: W_COUNT] == limit[g*W_COUNT +: W_COUNT];
end endgenerate

// The innermost loop not at its last iteration steps; it and those inside move.
reg [LEVELS-1:0]  moves;
reg               inner_done;
reg [W_ADDR-1:0]  addr_from, addr_by;
reg [W_COUNT-1:0] y_from, y_by, x_from, x_by;

integer l;
always @* begin
    inner_done = 1'b1;
    addr_from  = addr_origin;
    addr_by    = {W_ADDR{1'b0}};
    y_from     = y_origin;
    y_by       = {W_COUNT{1'b0}};
    x_from     = x_origin;
    x_by       = {W_COUNT{1'b0}};
    for (l = 0; l < LEVELS; l = l + 1) begin
        moves[l] = inner_done;
        if (inner_done & ~at_last[l] & ~start) begin
            addr_from = addr_at[l*W_ADDR +: W_ADDR];
            addr_by   = addr_step[l*W_ADDR +: W_ADDR];
            y_from    = y_at[l*W_COUNT +: W_COUNT];
            y_by      = y_step[l*W_COUNT +: W_COUNT];
            x_from    = x_at[l*W_COUNT +: W_COUNT];
            x_by      = x_step[l*W_COUNT +: W_COUNT];
        end
        inner_done = inner_done & at_last[l];
    end
end

wire [W_ADDR-1:0]  addr_next = addr_from + addr_by;
wire [W_COUNT-1:0] y_next    = y_from + y_by;
wire [W_COUNT-1:0] x_next    = x_from + x_by;

generate for (g = 0; g < LEVELS; g = g + 1) begin : gen_state
    always @(posedge clk) begin
        if (start | (advance & moves[g])) begin
            index[g*W_COUNT +: W_COUNT] <= start | at_last[g] ? {W_COUNT{1'b0}} : index[g*W_COUNT +: W_COUNT] + 1'b1;
            addr_at[g*W_ADDR +: W_ADDR] <= addr_next;
            y_at[g*W_COUNT +: W_COUNT]  <= y_next;
            x_at[g*W_COUNT +: W_COUNT]  <= x_next;
        end
    end
end endgenerate

endmodule

`default_nettype wire
