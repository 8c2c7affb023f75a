// SPDX-License-Identifier: Apache-2.0
// pipelined_cell: a cell of the pipelined array.
//
// Clock 0: operands. Clock 1: `addend`, what the tap adds. Clock 2: the sum.
//
// Written for the logic cells of an FPGA, a LUT of four inputs with a carry and a
// register behind it: W_DATA of them subtract, W_ACC sum, W_ACC + 1 hold and move
// what leaves. What keeps it that small:
//
// - x + ~w is x - w - 1, and its carry tells that x > w; inverted it is w - x. So
//   each bit is inverted in the LUT that subtracts, and only x > w is short of 1.
// - That 1 is the carry into the sum a tap later, when the sum has the addend. So a
//   tile's first tap needs no carry, and the choice between it and the sum is made
//   behind the carries, in the LUT that sums.
// - The last tap's 1 leaves beside the sum: the sum is `sum` + `rest`.
//
// Minima are x - max(0, x - w): with CELL 1 the larger part, max(0, x - w), is summed,
// which is short of nothing, and whoever knows the sum of x makes minima of it.

`default_nettype none

module pipelined_cell #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18,   // bits of the cell's sum
    parameter CELL   = 0     // 0: sums |x - w|; 1: max(0, x - w)
) (
    input  wire              clk,

    input  wire              used,     // low: the sum holds still
    input  wire              skip,     // with the operands: the tap adds nothing
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w_n,      // weight code, inverted
    input  wire              first,    // a clock later: the tap starts a sum
    input  wire              load,     // two clocks later: it was the tile's last
    input  wire              leave,    // the sum that leaves is replaced: with `load` by the cell's, else by the left one's

    input  wire [W_ACC:0]    left,     // {rest, sum} of the left neighbour
    output reg  [W_ACC:0]    aside     // {rest, sum} that leaves
);

// ---------------------------------------------------------------------------
// Difference

localparam [0:0] EXACT = CELL == 1;   // carries in the 1 of x - w

wire [W_DATA+1:0] difference = {1'b0, x, 1'b1} + {1'b0, w_n, EXACT};
wire [W_DATA-1:0] below      = difference[W_DATA:1];
wire              larger     = difference[W_DATA+1];
wire              unused     = &{1'b0, difference[0]};

reg  [W_DATA-1:0] addend;
reg               one;

always @(posedge clk) begin
    addend <= CELL == 1 ? below & {W_DATA{larger}} : below ^ {W_DATA{~larger}};
    one    <= CELL != 1 & larger;
    if (skip) begin
        addend <= {W_DATA{1'b0}};
        one    <= 1'b0;
    end
end

// ---------------------------------------------------------------------------
// Sum. High bits are masked, not chosen: a choice of 0 would become a reset, and
// the low bits, which have none, could not lie beside them.

reg  [W_ACC-1:0] acc;
reg              rest;

wire [W_ACC:0]   next   = {acc, 1'b1} + {{W_ACC-W_DATA{1'b0}}, addend, rest};
wire             unused_carry = &{1'b0, next[0]};

always @(posedge clk)
    if (used) begin
        acc  <= {next[W_ACC:W_DATA+1] & {W_ACC-W_DATA{~first}}, first ? addend : next[W_DATA:1]};
        rest <= one;
    end

always @(posedge clk)
    if (leave)
        aside <= load ? {rest, acc} : left;

endmodule

`default_nettype wire
