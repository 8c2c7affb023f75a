// SPDX-License-Identifier: Apache-2.0
// sequencer: runs the layers of the program one after the other.
//
// Each layer: read its fields (setup), issue a tap a clock until its loop nest
// ends (stream), wait until the last sum is written (flush). A tile's last tap
// is held back until COLUMNS clocks after the tile before it, so that its sums
// do not run into those still being shifted out (drain).

`default_nettype none

module sequencer #(
    parameter COLUMNS = 16,
    parameter FIELDS  = 33,   // program words a layer
    parameter W_ADDR  = 24,
    parameter W_FIELD = 6,
    parameter W_LAYER = 6
) (
    input  wire               clk,
    input  wire               rst,

    input  wire               start,         // ignored while busy
    input  wire [W_LAYER-1:0] layer_limit,   // layers to run, less one; held still while busy
    input  wire               hold,          // issue nothing in this clock
    output reg                busy,
    output reg  [W_LAYER-1:0] layer,         // the one that is running

    output wire               program_read,
    output reg  [W_ADDR-1:0]  program_addr,
    output reg                field_write,   // the program buffer's word is field `field`
    output reg  [W_FIELD-1:0] field,

    output wire               layer_start,   // all fields are there
    input  wire               tile_last,     // the tap to issue is its tile's last
    input  wire               nest_last,     // ... and the layer's last
    input  wire               layer_done,    // the layer's last sum is being written
    output wire               issue,         // one tap enters the pipeline

    output wire               in_setup,      // what this clock is spent on
    output wire               in_drain,
    output wire               in_stall,
    output wire               in_flush
);

localparam [1:0] IDLE = 2'd0, SETUP = 2'd1, STREAM = 2'd2, FLUSH = 2'd3;

// Two at least: pooling reads a word back two clocks before it writes it.
localparam INTERVAL = COLUMNS < 2 ? 2 : COLUMNS;
localparam W_GAP    = $clog2(INTERVAL + 1);

reg [1:0]         state;
reg [W_FIELD-1:0] reads;   // program words asked for in this layer
reg [W_GAP-1:0]   gap;     // clocks until a tile may end

wire reading   = reads != FIELDS[W_FIELD-1:0];
wire wait_sums = tile_last & gap != {W_GAP{1'b0}};
wire finish    = layer_done & layer == layer_limit;

assign program_read = state == SETUP & reading;
assign layer_start  = state == SETUP & ~reading & ~field_write;
assign issue        = state == STREAM & ~wait_sums & ~hold;

assign in_setup = state == SETUP;
assign in_drain = state == STREAM & wait_sums;
assign in_stall = state == STREAM & ~wait_sums & hold;
assign in_flush = state == FLUSH;

always @(posedge clk) begin
    field_write <= program_read & ~rst;
    field       <= reads;

    if (program_read) begin
        reads        <= reads + 1'b1;
        program_addr <= program_addr + 1'b1;
    end

    if (issue & tile_last)
        gap <= INTERVAL[W_GAP-1:0] - 1'b1;
    else if (gap != {W_GAP{1'b0}})
        gap <= gap - 1'b1;

    case (state)
        IDLE: if (start) begin
            state        <= SETUP;
            busy         <= 1'b1;
            layer        <= {W_LAYER{1'b0}};
            reads        <= {W_FIELD{1'b0}};
            program_addr <= {W_ADDR{1'b0}};
        end
        SETUP: if (layer_start)
            state <= STREAM;
        STREAM: if (issue & nest_last)
            state <= FLUSH;
        FLUSH: if (layer_done) begin
            state <= finish ? IDLE : SETUP;
            busy  <= ~finish;
            layer <= layer + 1'b1;
            reads <= {W_FIELD{1'b0}};
        end
    endcase

    if (rst) begin
        state <= IDLE;
        busy  <= 1'b0;
        gap   <= {W_GAP{1'b0}};
    end
end

endmodule

`default_nettype wire
