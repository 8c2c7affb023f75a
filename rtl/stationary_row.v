// SPDX-License-Identifier: Apache-2.0
// stationary_row: the processing elements of one row of an array that can also
// hold weights still.
//
// Without `stationary` it is adder_row: see there, also for lanes. With it, each
// cell adds |held - w|, or min(held, w), to the sum of its left neighbour in every
// clock, where w is an activation and `held` a weight, and what leaves is the
// rightmost cell's sum of the clock before. Weights come along the activations'
// way: place i of it is behind cell i, and moves with shift[i] alone; with
// swap[i] the cell holds what is there.
//
// With minima, what leaves is the pixel's sum of x, which comes from beside the
// array, less twice that of minima, unless `plain`: who knows the weights adds
// sum w, as in adder_row. Codes that do not count are 0 there, and have no flag.
//
// A place is free to move as soon as a swap is at its cell, so that the next
// weights follow the swap through the row.

`default_nettype none

module stationary_row #(
    parameter COLUMNS = 16,
    parameter HOLDS   = 16,   // cells that hold weights, the leftmost ones; the others let sums pass
    parameter W_DATA  = 8,    // bits in one code, unsigned; at most W_LANE/2
    parameter W_ACC   = 18,   // bits in a sum; W_DATA + ceil(log2 taps) never overflow, with CELL 1 one more
    parameter CELL    = 0,    // 0: |x - w|, sums unsigned; 1: min(x, w), sums signed
    parameter W_LANE  = 32
) (
    input  wire                      clk,

    input  wire                      stationary,  // constant while taps move
    input  wire                      used,        // low: taps add nothing
    input  wire                      plain,       // with CELL 1: sums of minima leave; constant while taps move
    input  wire                      valid,       // without `stationary`: the rightmost cell has a tap
    input  wire [W_DATA-1:0]         x,           // activation code of the leftmost cell; stationary: weight
    input  wire                      x_used,      // ... and it counts
    input  wire [COLUMNS-1:0]        shift,       // the place behind the cell takes what is before it; without `stationary` high
    input  wire [COLUMNS-1:0]        swap,        // the cell holds the weight behind it from the next clock on
    input  wire [COLUMNS*W_LANE-1:0] w,           // a lane: with CELL 0 W_DATA times "is used"; weight code, or activation
    input  wire [COLUMNS*W_LANE-1:0] keep,        // a lane: as many ones as a cell's sum has bits, or 0 where one starts; stationary: ones
    input  wire [W_ACC-1:0]          x_total,     // with CELL 1, stationary: sum of x of the pixel whose sum leaves

    input  wire                      leaving,     // high while load or move is
    input  wire [COLUMNS-1:0]        load,        // the cell's last tap was a clock ago; stationary: low
    input  wire [COLUMNS-1:0]        move,        // the sum aside is the left neighbour's next
    output wire [W_ACC-1:0]          sum          // leaves on the right
);

localparam LAST = COLUMNS - 1;   // lane of the leftmost cell
localparam PASS = COLUMNS - HOLDS;   // lanes of cells that hold nothing
localparam W_CELL = W_ACC - (CELL == 1 ? 1 : 0);   // bits in a cell's sum

// Without this Verilator makes one function of all rows, too large for the compiler.
/* verilator no_inline_module */

generate
    if (CELL < 0 || CELL > 1) begin : check_cell
        error_CELL_must_be_0_or_1 stop ();
    end
    if (W_ACC <= W_DATA) begin : check_w_acc
        error_W_ACC_must_exceed_W_DATA stop ();
    end
    if (CELL == 1 && W_ACC == W_DATA + 1) begin : check_w_acc_of_minima
        error_W_ACC_must_exceed_W_DATA_by_2_with_CELL_1 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Activations, or weights on their way: lane i is behind cell i. Each is
// {W_DATA times "is used"; code}, as w is, or with CELL 1 the code alone.

wire [W_LANE-1:0]         x_in = CELL == 0
    ? {{W_LANE-2*W_DATA{1'b0}}, {W_DATA{x_used}}, x}
    : {{W_LANE-W_DATA{1'b0}}, x & {W_DATA{x_used & used}}};
reg  [COLUMNS*W_LANE-1:0] x_q;
integer i;

always @(posedge clk)
    for (i = 0; i < COLUMNS; i = i + 1)
        if (shift[i])
            x_q[i*W_LANE +: W_LANE] <= i == LAST ? x_in : x_q[(i+1)*W_LANE +: W_LANE];

// ---------------------------------------------------------------------------
// Weights that are held

reg [COLUMNS*W_LANE-1:0] held;
integer h;

always @(posedge clk)
    for (h = 0; h < COLUMNS; h = h + 1)
        if (h < PASS)
            held[h*W_LANE +: W_LANE] <= {W_LANE{1'b0}};
        else if (swap[h])
            held[h*W_LANE +: W_LANE] <= x_q[h*W_LANE +: W_LANE];

// ---------------------------------------------------------------------------
// Sums

function automatic [W_LANE-1:0] magnitude(input [W_LANE-1:0] difference);
    magnitude = (difference ^ {W_LANE{difference[W_LANE-1]}}) - {W_LANE{difference[W_LANE-1]}};
endfunction

function automatic [W_LANE-1:0] added(
    input [W_LANE-1:0] x_lane, input [W_LANE-1:0] w_lane, input row_used
);
    if (CELL == 0)
        added = magnitude({{W_LANE-W_DATA{1'b0}}, x_lane[W_DATA-1:0]} - {{W_LANE-W_DATA{1'b0}}, w_lane[W_DATA-1:0]})
            & (((x_lane & w_lane) >> W_DATA) & {W_LANE{row_used}});
    else
        added = x_lane < w_lane ? x_lane : w_lane;
endfunction

reg [COLUMNS*W_LANE-1:0] acc;   // bits above W_CELL are not kept
integer j;

always @(posedge clk)
    for (j = 0; j < COLUMNS; j = j + 1)
        acc[j*W_LANE +: W_LANE] <=
            ((stationary
                ? (j == LAST ? {W_LANE{1'b0}} : acc[(j+1)*W_LANE +: W_LANE])
                : acc[j*W_LANE +: W_LANE]) & keep[j*W_LANE +: W_LANE])
            + added(
                stationary ? held[j*W_LANE +: W_LANE] : j == LAST ? x_in : x_q[(j+1)*W_LANE +: W_LANE],
                w[j*W_LANE +: W_LANE], used
            );

// ---------------------------------------------------------------------------
// Sums that leave

genvar k;
generate for (k = 0; k < COLUMNS; k = k + 1) begin : gen_aside
    reg  [W_CELL-1:0] aside;
    wire [W_CELL-1:0] left;

    if (k == LAST) begin : gen_leftmost
        assign left = {W_CELL{1'b0}};
    end else begin : gen_right
        assign left = gen_aside[k+1].aside;
    end

    always @(posedge clk)
        if (leaving) begin
            if (load[k] & k > 0)
                aside <= acc[k*W_LANE +: W_CELL];
            else if (move[k])
                aside <= left;
        end
end endgenerate

wire [W_CELL-1:0] cell_sum = load[0] | stationary ? acc[W_CELL-1:0] : gen_aside[0].aside;

generate if (CELL == 0) begin : gen_cell_sum
    wire unused_ports = &{1'b0, plain, valid, x_total};
    assign sum = cell_sum;
end else begin : gen_minimum
    localparam RIGHT = LAST == 0 ? 0 : W_LANE;   // what the rightmost cell sees is behind its left neighbour

    wire [W_DATA-1:0] right_x = LAST == 0 ? x_in[W_DATA-1:0] : x_q[RIGHT +: W_DATA];
    reg  [W_CELL-1:0] x_acc, x_aside;

    always @(posedge clk) begin
        x_acc <= (x_acc & keep[W_CELL-1:0]) + {{W_CELL-W_DATA{1'b0}}, right_x & {W_DATA{valid & ~stationary}}};
        if (load[0])
            x_aside <= x_acc;
    end

    wire [W_CELL-1:0] x_sum = stationary ? x_total[W_CELL-1:0] : load[0] ? x_acc : x_aside;

    assign sum = plain ? {1'b0, cell_sum} : {1'b0, x_sum} - {cell_sum, 1'b0};
    wire unused_total = &{1'b0, x_total[W_ACC-1]};
end endgenerate

endmodule

`default_nettype wire
