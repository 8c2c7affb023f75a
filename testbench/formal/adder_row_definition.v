// SPDX-License-Identifier: Apache-2.0
// What adder_row promises of two cells, said cell by cell and tap by tap with comparisons and
// subtractions, which the row does not use. Registers have the row's names, so
// that the two can be proved equal state by state.

`default_nettype none

module adder_row_definition #(
    parameter COLUMNS = 2,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter CELL    = 0,
    parameter TAPS    = 1,
    parameter W_LANE  = 32
) (
    input  wire                clk,
    input  wire                used,
    input  wire                plain,
    input  wire                valid,
    input  wire [TAPS*W_DATA-1:0]   x,
    input  wire [TAPS*2*W_LANE-1:0] w,
    input  wire [2*W_LANE-1:0] keep,
    input  wire                leaving,
    input  wire [1:0]          load,
    input  wire [1:0]          move,
    output wire [W_ACC-1:0]    sum
);

localparam W_CELL = CELL == 1 ? W_ACC - 1 : W_ACC;

// Cell 0 is the right one. Of each tap it has what the left one had a clock ago.
reg  [TAPS*2*W_LANE-1:0] x_q;
reg  [2*W_LANE-1:0]      acc;
wire [TAPS*W_LANE-1:0]   gated;

genvar k, t;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_gated
    assign gated[t*W_LANE +: W_LANE] = CELL > 0 & ~used ? 0 : x[t*W_DATA +: W_DATA];

    always @(posedge clk)
        x_q[t*2*W_LANE +: W_LANE] <= gated[t*W_LANE +: W_LANE];
end endgenerate

generate for (k = 0; k < 2; k = k + 1) begin : gen_cell
    wire [(TAPS+1)*W_LANE-1:0] so_far;   // what the taps before one add

    assign so_far[W_LANE-1:0] = 0;

    for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
        wire [W_LANE-1:0] x_here = k == 1 ? gated[t*W_LANE +: W_LANE] : x_q[t*2*W_LANE +: W_LANE];
        wire [W_LANE-1:0] w_here = w[(t*2+k)*W_LANE +: W_LANE];
        wire [W_LANE-1:0] code   = w_here[W_DATA-1:0];
        wire [W_LANE-1:0] over   = x_here > code ? x_here - code : 0;
        wire [W_LANE-1:0] under  = code > x_here ? code - x_here : 0;
        wire [W_LANE-1:0] mask   = used ? w_here >> W_DATA : 0;
        wire [W_LANE-1:0] more   = x_here > w_here ? x_here - w_here : 0;
        // The value of a two's complement code's highest bit is negative.
        wire [W_LANE-1:0] times  = x_here * (code & ((1 << (W_DATA - 1)) - 1))
            - (code[W_DATA-1] ? x_here << (W_DATA - 1) : 0);
        wire [W_LANE-1:0] added  = CELL == 0 ? (over + under) & mask : CELL == 1 ? x_here - more : times;

        assign so_far[(t+1)*W_LANE +: W_LANE] = so_far[t*W_LANE +: W_LANE] + added;
    end

    always @(posedge clk)
        acc[k*W_LANE +: W_LANE] <= (acc[k*W_LANE +: W_LANE] & keep[k*W_LANE +: W_LANE])
            + so_far[TAPS*W_LANE +: W_LANE];
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

wire [W_ACC-1:0] leaves = load[0] ? acc[W_CELL-1:0] : gen_aside[0].aside;

generate if (CELL != 1) begin : gen_cell_sum
    assign sum = leaves;
end else begin : gen_minimum
    reg  [W_CELL-1:0]          x_acc, x_aside;
    wire [(TAPS+1)*W_CELL-1:0] so_far;

    assign so_far[W_CELL-1:0] = 0;
    for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
        assign so_far[(t+1)*W_CELL +: W_CELL] = so_far[t*W_CELL +: W_CELL] + x_q[t*2*W_LANE +: W_DATA];
    end

    always @(posedge clk) begin
        x_acc   <= (x_acc & keep[W_CELL-1:0]) + (valid ? so_far[TAPS*W_CELL +: W_CELL] : 0);
        x_aside <= load[0] ? x_acc : x_aside;
    end

    wire [W_ACC-1:0] x_sum = load[0] ? x_acc : x_aside;
    assign sum = plain ? leaves : x_sum - leaves - leaves;
end endgenerate

endmodule

`default_nettype wire
