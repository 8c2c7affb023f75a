// SPDX-License-Identifier: Apache-2.0
// adder_row: the processing elements of one row of the adder array.
//
// Each cell sums |x - w| (CELL 0), min(x, w) (CELL 1) or x w (CELL 2, where w is
// a two's complement code and sums are signed) over the taps of a tile.
// In the clock after the tile's last tap its sum is taken aside, from where it
// moves right under the next tile. The rightmost cell's sum needs no such wait:
// it leaves in that clock. There is no reset: a tile's first tap starts the sums.
// Cells are in blocks of REACH, from the left. Between two blocks x passes a
// register, so that all cells of one see a tap, and end a tile, in the same clock.
// With TAPS above 1 a cell takes so many taps in each clock, into the one sum.
//
// |x - w| of two W_DATA-bit codes fits W_DATA bits: a negative difference is
// inverted and 1 is added. A tap that a column does not use is masked: it adds 0.
//
// A row is one module, and what its cells hold are vectors with a lane of
// W_LANE bits for each cell, because a simulator's compiler then computes eight
// cells at a time. Synthesis removes the bits that are always 0. Lane 0 is the
// rightmost cell, or block: x moves to lower lanes, and what enters the row, which
// no other lane takes, is read by the last. Tap t has vectors of its own, after those
// of the taps before it.

`default_nettype none

module adder_row #(
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,    // bits in one code, unsigned; at most W_LANE/2
    parameter W_ACC   = 18,   // bits in a sum; W_DATA + ceil(log2 taps) never overflow, with CELL 1 one more, with 2 W_DATA more
    parameter CELL    = 0,    // 0: |x - w|, sums unsigned; 1: min(x, w), 2: x w, sums signed
    parameter REACH   = 1,    // cells that an operand reaches in a clock
    parameter TAPS    = 1,    // that a cell takes in a clock: 1, 2 or 4
    parameter TURNS   = 0,    // 1: the rightmost block's sums are taken aside in its clock, and move later
    parameter W_LANE  = 32
) (
    input  wire                      clk,

    input  wire                      used,      // low: taps add nothing
    input  wire                      plain,     // with CELL 1: sums of minima leave; constant while taps move
    input  wire                      valid,     // the rightmost cell has a tap
    input  wire [TAPS*W_DATA-1:0]    x,         // activation codes of the leftmost cell; 0 for a tap that is none
    input  wire [TAPS*COLUMNS*W_LANE-1:0] w,    // a lane: with CELL 0 W_DATA times "is used"; weight code
    input  wire [(COLUMNS+REACH-1)/REACH*W_LANE-1:0] keep,   // a block's lane: as many ones as a cell's sum has bits, or 0 where one starts

    input  wire                      leaving,   // high while load or move is
    input  wire [(COLUMNS+REACH-1)/REACH-1:0] load,          // the block's last tap was a clock ago
    input  wire [COLUMNS-1:0]        move,      // the sum aside is the left neighbour's next
    output wire [W_ACC-1:0]          sum        // leaves on the right
);

localparam LAST   = COLUMNS - 1;           // lane of the leftmost cell
localparam BLOCKS = (COLUMNS + REACH - 1) / REACH;
localparam BACK   = BLOCKS - 1;            // lane of the leftmost block; lane i is a cell of block BACK - (LAST - i) / REACH
localparam W_CELL = W_ACC - (CELL == 1 ? 1 : 0);   // bits in a cell's sum

// Without this Verilator makes one function of all rows, too large for the compiler.
/* verilator no_inline_module */

generate
    if (CELL < 0 || CELL > 2) begin : check_cell
        error_CELL_must_be_from_0_to_2 stop ();
    end
    if (TAPS != 1 && TAPS != 2 && TAPS != 4) begin : check_taps
        error_TAPS_must_be_1_2_or_4 stop ();
    end
    if (W_ACC <= W_DATA) begin : check_w_acc
        error_W_ACC_must_exceed_W_DATA stop ();
    end
    if (CELL == 1 && W_ACC == W_DATA + 1) begin : check_w_acc_of_minima
        error_W_ACC_must_exceed_W_DATA_by_2_with_CELL_1 stop ();
    end
    if (CELL == 2 && W_ACC < 2 * W_DATA) begin : check_w_acc_of_products
        error_W_ACC_must_be_at_least_twice_W_DATA_with_CELL_2 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Activations: lane i is what block i sees. The leftmost sees x, and has none.

wire [TAPS*W_LANE-1:0]        x_in;
reg  [TAPS*BLOCKS*W_LANE-1:0] x_q;
integer i, s;

genvar t;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    assign x_in[t*W_LANE +: W_LANE] = {{W_LANE-W_DATA{1'b0}}, CELL == 0 || used ? x[t*W_DATA +: W_DATA] : {W_DATA{1'b0}}};
    wire unused = &{1'b0, x_q[(t*BLOCKS+BACK)*W_LANE +: W_LANE]};
end endgenerate

always @(posedge clk)
    for (s = 0; s < TAPS; s = s + 1)
        for (i = 0; i < BACK; i = i + 1)
            x_q[(s*BLOCKS+i)*W_LANE +: W_LANE] <=
                i == BACK - 1 ? x_in[s*W_LANE +: W_LANE] : x_q[(s*BLOCKS+i+1)*W_LANE +: W_LANE];

// ---------------------------------------------------------------------------
// Sums

function automatic [W_LANE-1:0] magnitude(input [W_LANE-1:0] difference);
    magnitude = (difference ^ {W_LANE{difference[W_LANE-1]}}) - {W_LANE{difference[W_LANE-1]}};
endfunction

function automatic [W_LANE-1:0] product(input [W_LANE-1:0] x_lane, input [W_LANE-1:0] w_lane);
    product = $signed(x_lane) * $signed({{W_LANE-W_DATA{w_lane[W_DATA-1]}}, w_lane[W_DATA-1:0]});
endfunction

function automatic [W_LANE-1:0] added(
    input [W_LANE-1:0] x_lane, input [W_LANE-1:0] w_lane, input row_used
);
    if (CELL == 0)
        added = magnitude(x_lane - {{W_LANE-W_DATA{1'b0}}, w_lane[W_DATA-1:0]})
            & ((w_lane >> W_DATA) & {W_LANE{row_used}});
    else if (CELL == 1)
        added = x_lane < w_lane ? x_lane : w_lane;
    else
        added = product(x_lane, w_lane);
endfunction

reg [COLUMNS*W_LANE-1:0] acc;    // bits above W_CELL are not kept
reg [COLUMNS*W_LANE-1:0] more;   // what taps beside the first add
integer j, l, n;

always @* begin
    more = {COLUMNS*W_LANE{1'b0}};
    for (n = 1; n < TAPS; n = n + 1)
        for (l = 0; l < COLUMNS; l = l + 1)
            more[l*W_LANE +: W_LANE] = more[l*W_LANE +: W_LANE]
                + added(LAST - l < REACH ? x_in[n*W_LANE +: W_LANE] : x_q[(n*BLOCKS + BACK - (LAST - l) / REACH)*W_LANE +: W_LANE],
                    w[(n*COLUMNS + l)*W_LANE +: W_LANE], used);
end

always @(posedge clk)
    for (j = 0; j < COLUMNS; j = j + 1)
        acc[j*W_LANE +: W_LANE] <= (acc[j*W_LANE +: W_LANE] & keep[(BACK - (LAST - j) / REACH)*W_LANE +: W_LANE])
            + added(LAST - j < REACH ? x_in[W_LANE-1:0] : x_q[(BACK - (LAST - j) / REACH)*W_LANE +: W_LANE], w[j*W_LANE +: W_LANE], used)
            + (TAPS > 1 ? more[j*W_LANE +: W_LANE] : {W_LANE{1'b0}});

// ---------------------------------------------------------------------------
// Sums that leave
//
// The rightmost block's go on in the clock in which they are there: the rightmost
// leaves, and each other one goes aside one place further. Where rows take turns
// (TURNS) a sum waits for its row's, so that these are taken aside like all others.

genvar k;
generate for (k = 0; k < COLUMNS; k = k + 1) begin : gen_aside
    localparam BLOCK = BACK - (LAST - k) / REACH;
    localparam TAKES = BLOCK > 0 || TURNS != 0;   // its own cell's sum; else that goes on at once

    reg  [W_CELL-1:0] aside;
    wire [W_CELL-1:0] left;

    if (k == LAST) begin : gen_leftmost
        assign left = {W_CELL{1'b0}};
    end else if (BACK - (LAST - k - 1) / REACH == 0 && TURNS == 0) begin : gen_at_once
        assign left = load[0] ? acc[(k+1)*W_LANE +: W_CELL] : gen_aside[k+1].aside;
    end else begin : gen_right
        assign left = gen_aside[k+1].aside;
    end

    always @(posedge clk)
        if (leaving) begin
            if (load[BLOCK] & TAKES)
                aside <= acc[k*W_LANE +: W_CELL];
            else if (move[k])
                aside <= left;
        end
end endgenerate

wire [W_CELL-1:0] cell_sum = load[0] ? acc[W_CELL-1:0] : gen_aside[0].aside;

generate if (CELL != 1) begin : gen_cell_sum
    wire unused_ports = &{1'b0, plain, valid};
    assign sum = cell_sum;
end else begin : gen_minimum
    // As |x - w| = x + w - 2 min(x, w), sums of minima become sums of distances by
    // one more sum, of x alone, at the row's right end. What leaves is then
    // sum |x - w| - sum w, signed, unless `plain`: who knows the weights adds
    // sum w. A minimum is 0, and its sum stands still, where either code is 0; a
    // product likewise.
    reg  [W_CELL-1:0] right_x;   // of all taps of the clock
    reg  [W_CELL-1:0] x_acc, x_aside;
    integer           o;

    always @* begin
        right_x = {W_CELL{1'b0}};
        for (o = 0; o < TAPS; o = o + 1)
            right_x = right_x + {{W_CELL-W_DATA{1'b0}},
                (BACK == 0 ? x_in[o*W_LANE +: W_DATA] : x_q[o*BLOCKS*W_LANE +: W_DATA]) & {W_DATA{valid}}};
    end

    always @(posedge clk) begin
        x_acc <= (x_acc & keep[W_CELL-1:0]) + right_x;
        if (load[0])
            x_aside <= x_acc;
    end

    wire [W_CELL-1:0] x_sum = load[0] ? x_acc : x_aside;

    assign sum = plain ? {1'b0, cell_sum} : {1'b0, x_sum} - {cell_sum, 1'b0};
end endgenerate

endmodule

`default_nettype wire
