// SPDX-License-Identifier: Apache-2.0
// minimum_late: the carry of a comparison chooses; weights come inverted, which the
// chain wants, and a first tap is chosen after the chain of the sum.

`default_nettype none

module minimum_late #(
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

wire [W_DATA-1:0] chosen;
wire [W_ACC-1:0]  smaller = {{W_ACC-W_DATA{1'b0}}, chosen};

minimum_chosen #(.W_DATA(W_DATA)) chosen_u (.x(x_out), .w_n(w_n_out), .smaller(chosen));

always @(posedge clk)
    sum <= first ? smaller : sum + smaller;

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
