// SPDX-License-Identifier: Apache-2.0
// minimum_columns: as minimum_gates, with TAPS taps a clock in one sum, all by columns of full adders.
//
// Operands enter inverted, as gates that invert are smaller: minima come out right. Bits of the sum above all that a
// clock adds are cleared behind the adder, as no carry reaches them at a first tap.

`default_nettype none

module minimum_columns #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18,
    parameter TAPS   = 1
) (
    input  wire                   clk,
    input  wire                   first,   // the operands in the registers start a sum
    input  wire [TAPS*W_DATA-1:0] x_n,     // tap t at [t*W_DATA +: W_DATA]
    input  wire [TAPS*W_DATA-1:0] w_n,
    output reg  [TAPS*W_DATA-1:0] x_n_out,
    output reg  [TAPS*W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]       sum
);

localparam W_LOW = W_DATA + $clog2(TAPS);   // bits of what a clock adds

wire [(TAPS+1)*W_ACC-1:0] rows;   // the sum that is kept, then of each tap the minimum
wire [W_LOW-1:0]          low;
wire                      carry;

assign rows[W_ACC-1:0] = sum & {W_ACC{~first}};

genvar t, i;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    wire [W_DATA-1:0] x = ~x_n_out[t*W_DATA +: W_DATA];
    wire [W_DATA-1:0] w = ~w_n_out[t*W_DATA +: W_DATA];

    for (i = 0; i < W_DATA; i = i + 1) begin : gen_bit
        wire borrow;   // x is smaller in bits i to 0

        if (i == 0) begin : gen_lowest
            assign borrow = ~x[i] & w[i];
        end else begin : gen_higher
            assign borrow = ~x[i] & w[i] | (~x[i] | w[i]) & gen_bit[i-1].borrow;
        end
    end
    assign rows[(t+1)*W_ACC +: W_ACC] = {{W_ACC-W_DATA{1'b0}}, gen_bit[W_DATA-1].borrow ? x : w};
end endgenerate

column_adder #(
    .W_ROW (W_ACC),
    .W_SUM (W_LOW),
    .ROWS  (TAPS + 1),
    .USED  ({{TAPS{{W_ACC-W_DATA{1'b0}}, {W_DATA{1'b1}}}}, {W_ACC{1'b1}}})
) adder_u (
    .rows  (rows),
    .sum   (low),
    .carry (carry)
);

always @(posedge clk)
    sum <= {(sum[W_ACC-1:W_LOW] + {{W_ACC-W_LOW-1{1'b0}}, carry}) & {W_ACC-W_LOW{~first}}, low};

always @(posedge clk) begin
    x_n_out <= x_n;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
