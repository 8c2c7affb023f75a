// SPDX-License-Identifier: Apache-2.0
// distance_columns: as distance_invert, with TAPS taps a clock in one sum, all by columns of full adders. What negative
// differences are short of is added in the lowest column.
//
// Weights enter inverted, as the subtraction wants them. Bits of the sum above all that a clock adds are cleared behind
// the adder, as no carry reaches them at a first tap.

`default_nettype none

module distance_columns #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18,
    parameter TAPS   = 1
) (
    input  wire                   clk,
    input  wire                   first,   // the operands in the registers start a sum
    input  wire [TAPS*W_DATA-1:0] x,       // tap t at [t*W_DATA +: W_DATA]
    input  wire [TAPS*W_DATA-1:0] w_n,
    output reg  [TAPS*W_DATA-1:0] x_out,
    output reg  [TAPS*W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]       sum
);

localparam W_LOW = W_DATA + $clog2(TAPS);   // bits of what a clock adds

wire [(2*TAPS+1)*W_ACC-1:0] rows;   // the sum that is kept, then differences, then what they are short of
wire [W_LOW-1:0]            low;
wire                        carry;

assign rows[W_ACC-1:0] = sum & {W_ACC{~first}};

genvar t;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    wire [W_DATA:0]   difference = {1'b0, x_out[t*W_DATA +: W_DATA]} + {1'b0, w_n_out[t*W_DATA +: W_DATA]}
        + {{W_DATA{1'b0}}, 1'b1};
    wire              negative   = ~difference[W_DATA];
    wire [W_DATA-1:0] inverted   = difference[W_DATA-1:0] ^ {W_DATA{negative}};

    assign rows[(t+1)*W_ACC +: W_ACC]      = {{W_ACC-W_DATA{1'b0}}, inverted};
    assign rows[(TAPS+t+1)*W_ACC +: W_ACC] = {{W_ACC-1{1'b0}}, negative};
end endgenerate

column_adder #(
    .W_ROW (W_ACC),
    .W_SUM (W_LOW),
    .ROWS  (2 * TAPS + 1),
    .USED  ({{TAPS{{W_ACC-1{1'b0}}, 1'b1}}, {TAPS{{W_ACC-W_DATA{1'b0}}, {W_DATA{1'b1}}}}, {W_ACC{1'b1}}})
) adder_u (
    .rows  (rows),
    .sum   (low),
    .carry (carry)
);

always @(posedge clk)
    sum <= {(sum[W_ACC-1:W_LOW] + {{W_ACC-W_LOW-1{1'b0}}, carry}) & {W_ACC-W_LOW{~first}}, low};

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
