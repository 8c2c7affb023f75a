// SPDX-License-Identifier: Apache-2.0
// minimum_pair: as minimum_late, with two taps a clock in one sum: a carry chain adds both minima, and another their
// sum. A first tap is chosen after it.

`default_nettype none

module minimum_pair #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire                clk,
    input  wire                first,   // the operands in the registers start a sum
    input  wire [2*W_DATA-1:0] x,       // tap t at [t*W_DATA +: W_DATA]
    input  wire [2*W_DATA-1:0] w_n,
    output reg  [2*W_DATA-1:0] x_out,
    output reg  [2*W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]    sum
);

wire [2*W_DATA-1:0] smaller;

genvar t;
generate for (t = 0; t < 2; t = t + 1) begin : gen_tap
    minimum_chosen #(.W_DATA(W_DATA)) chosen_u (
        .x       (x_out[t*W_DATA +: W_DATA]),
        .w_n     (w_n_out[t*W_DATA +: W_DATA]),
        .smaller (smaller[t*W_DATA +: W_DATA])
    );
end endgenerate

wire [W_ACC-1:0] both = {{W_ACC-W_DATA{1'b0}}, smaller[W_DATA-1:0]} + {{W_ACC-W_DATA{1'b0}}, smaller[2*W_DATA-1:W_DATA]};

always @(posedge clk)
    sum <= first ? both : sum + both;

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
