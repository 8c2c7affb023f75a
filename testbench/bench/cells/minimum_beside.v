// SPDX-License-Identifier: Apache-2.0
// minimum_beside: two cells as minimum_late, their sums side by side in one carry chain: the lower never overflows, so
// that no carry passes from one to the other.

`default_nettype none

module minimum_beside #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire                clk,
    input  wire                first,   // the operands in the registers start sums
    input  wire [2*W_DATA-1:0] x,       // cell c at [c*W_DATA +: W_DATA]
    input  wire [2*W_DATA-1:0] w_n,
    output reg  [2*W_DATA-1:0] x_out,
    output reg  [2*W_DATA-1:0] w_n_out,
    output reg  [2*W_ACC-1:0]  sum      // cell c at [c*W_ACC +: W_ACC]
);

wire [2*W_ACC-1:0] smaller;

genvar c;
generate for (c = 0; c < 2; c = c + 1) begin : gen_cell
    minimum_chosen #(.W_DATA(W_DATA)) chosen_u (
        .x       (x_out[c*W_DATA +: W_DATA]),
        .w_n     (w_n_out[c*W_DATA +: W_DATA]),
        .smaller (smaller[c*W_ACC +: W_DATA])
    );
    assign smaller[c*W_ACC+W_DATA +: W_ACC-W_DATA] = {W_ACC-W_DATA{1'b0}};
end endgenerate

always @(posedge clk)
    sum <= first ? smaller : sum + smaller;

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
