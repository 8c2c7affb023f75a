// SPDX-License-Identifier: Apache-2.0
// nest_memory: like nest_value, a quantity that each loop of a nest moves by a
// step of its own, for nests whose next step is known a step ahead. The caller
// adds: `next` is `from` and the step of the loop that steps, or in the clock of
// `put` the origin.
//
// A step is kept in a memory at the place of its loop, which a register has when it steps. Loop l's iteration began
// with the last step of l or a loop around it: that of the innermost of these
// which is past its first iteration. Where none is, it began at the origin,
// which has the last place.

`default_nettype none

module nest_memory #(
    parameter LEVELS = 10,   // at most 15
    parameter W      = 24
) (
    input  wire              clk,

    input  wire              put,           // takes the origin; `from` is `base`
    input  wire [W-1:0]      base,
    input  wire              advance,

    input  wire              ahead,         // with put, a later clock or advance: of the step after, see nest_counter
    input  wire [LEVELS-1:0] ahead_first,
    input  wire [LEVELS-1:0] ahead_moves,
    input  wire [LEVELS-1:0] ahead_steps,

    output wire [W-1:0]      from,
    input  wire [W-1:0]      next,
    output reg  [W-1:0]      value
);

localparam [3:0] ORIGIN = LEVELS[3:0];

// Of the loops that step or are around the one that does, those past their first iteration.
wire [LEVELS-1:0] begun = (ahead_steps | ~ahead_moves) & ~ahead_first;

reg  [3:0]   read_place, ahead_place;
reg  [3:0]   step_place;   // of the loop that steps with advance
wire [3:0]   write_place = put ? ORIGIN : step_place;
wire [W-1:0] word;
reg          latest;   // the place that was read was written in that clock

integer l;
always @* begin
    read_place  = ORIGIN;
    ahead_place = 4'd0;
    for (l = LEVELS - 1; l >= 0; l = l - 1) begin
        if (begun[l])
            read_place = l[3:0];
        if (ahead_steps[l])
            ahead_place = ahead_place | l[3:0];
    end
end

ram_1r1w #(.W(W), .DEPTH(16), .W_ADDR(5)) began_u (
    .clk        (clk),
    .write      (put | advance),
    .write_addr ({1'b0, write_place}),
    .write_data (next),
    .read       (ahead),
    .read_addr  ({1'b0, read_place}),
    .read_data  (word)
);

assign from = put ? base : latest ? value : word;

always @(posedge clk) begin
    if (put | advance)
        value <= next;
    if (ahead) begin
        latest     <= (put | advance) & read_place == write_place;
        step_place <= ahead_place;
    end
end

endmodule

`default_nettype wire
