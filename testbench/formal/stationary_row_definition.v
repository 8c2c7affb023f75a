// SPDX-License-Identifier: Apache-2.0
// What stationary_row promises of two cells, said cell by cell with comparisons
// and subtractions, which the row does not use. Registers have the row's names,
// so that the two can be proved equal state by state.

`default_nettype none

module stationary_row_definition #(
    parameter COLUMNS = 2,
    parameter HOLDS   = 2,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter CELL    = 0,
    parameter W_LANE  = 32
) (
    input  wire                clk,
    input  wire                stationary,
    input  wire                used,
    input  wire                plain,
    input  wire                valid,
    input  wire [W_DATA-1:0]   x,
    input  wire                x_used,
    input  wire [1:0]          shift,
    input  wire [1:0]          swap,
    input  wire [2*W_LANE-1:0] w,
    input  wire [2*W_LANE-1:0] keep,
    input  wire [W_ACC-1:0]    x_total,
    input  wire                leaving,
    input  wire [1:0]          load,
    input  wire [1:0]          move,
    output wire [W_ACC-1:0]    sum
);

localparam W_CELL = CELL == 1 ? W_ACC - 1 : W_ACC;

// Cell 0 is the right one, which holds nothing where HOLDS is 1.
reg  [2*W_LANE-1:0] x_q, held, acc;
wire [W_LANE-1:0]   flagged = x_used ? x + (2**W_DATA - 1) * 2**W_DATA : x;
wire [W_LANE-1:0]   enters  = CELL == 0 ? flagged : x_used & used ? x : 0;

always @(posedge clk) begin
    x_q  <= {shift[1] ? enters : x_q[W_LANE +: W_LANE], shift[0] ? x_q[W_LANE +: W_LANE] : x_q[W_LANE-1:0]};
    held <= {
        swap[1] ? x_q[W_LANE +: W_LANE] : held[W_LANE +: W_LANE],
        HOLDS < 2 ? {W_LANE{1'b0}} : swap[0] ? x_q[W_LANE-1:0] : held[W_LANE-1:0]
    };
end

genvar k;
generate for (k = 0; k < 2; k = k + 1) begin : gen_cell
    wire [W_LANE-1:0] tap    = k == 1 ? enters : x_q[W_LANE +: W_LANE];
    wire [W_LANE-1:0] from   = stationary ? held[k*W_LANE +: W_LANE] : tap;
    wire [W_LANE-1:0] before = ~stationary ? acc[k*W_LANE +: W_LANE] : k == 1 ? 0 : acc[W_LANE +: W_LANE];
    wire [W_LANE-1:0] w_here = w[k*W_LANE +: W_LANE];
    wire [W_DATA-1:0] a      = from;
    wire [W_DATA-1:0] b      = w_here;
    wire [W_LANE-1:0] apart  = a > b ? a - b : b - a;
    wire [W_LANE-1:0] mask   = used ? (from >> W_DATA) & (w_here >> W_DATA) : 0;
    wire [W_LANE-1:0] more   = from > w_here ? from - w_here : 0;
    wire [W_LANE-1:0] added  = CELL == 0 ? apart & mask : from - more;

    always @(posedge clk)
        acc[k*W_LANE +: W_LANE] <= (before & keep[k*W_LANE +: W_LANE]) + added;
end endgenerate

generate for (k = 0; k < 2; k = k + 1) begin : gen_aside
    reg [W_CELL-1:0] aside;
end endgenerate

always @(posedge clk) begin
    if (leaving & load[1])
        gen_aside[1].aside <= acc[W_LANE +: W_CELL];
    else if (leaving & move[1])
        gen_aside[1].aside <= 0;
    if (leaving & move[0])
        gen_aside[0].aside <= gen_aside[1].aside;
end

wire [W_ACC-1:0] leaves = stationary | load[0] ? acc[W_CELL-1:0] : gen_aside[0].aside;

generate if (CELL != 1) begin : gen_cell_sum
    assign sum = leaves;
end else begin : gen_minimum
    reg [W_CELL-1:0] x_acc, x_aside;

    // Behind the left cell is what the right one sees.
    always @(posedge clk) begin
        x_acc   <= (x_acc & keep[W_CELL-1:0]) + (valid & ~stationary ? x_q[W_LANE +: W_DATA] : 0);
        x_aside <= load[0] ? x_acc : x_aside;
    end

    wire [W_ACC-1:0] x_sum = stationary ? x_total[W_CELL-1:0] : load[0] ? x_acc : x_aside;
    assign sum = plain ? leaves : x_sum - leaves - leaves;
end endgenerate

endmodule

`default_nettype wire
