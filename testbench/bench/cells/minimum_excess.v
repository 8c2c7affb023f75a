// SPDX-License-Identifier: Apache-2.0
// minimum_excess: x less the minimum, max(0, x - w).

`default_nettype none

module minimum_excess #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire              clk,
    input  wire              first,   // the operands in the registers start a sum
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w_n,
    output reg  [W_DATA-1:0] x_out,
    output reg  [W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]  sum
);

wire [W_DATA:0]  difference = {1'b0, x_out} + {1'b0, w_n_out} + {{W_DATA{1'b0}}, 1'b1};
wire [W_ACC-1:0] excess     = {{W_ACC-W_DATA{1'b0}}, difference[W_DATA-1:0] & {W_DATA{difference[W_DATA]}}};

always @(posedge clk)
    sum <= first ? excess : sum + excess;

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
