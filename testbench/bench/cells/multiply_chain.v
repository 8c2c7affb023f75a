// SPDX-License-Identifier: Apache-2.0
// multiply_chain: an array of carry chains, a row for each bit of w. w is a two's complement code, and so is the sum.
// A row adds x or, chosen after its chain, passes on what came from the row above:
// so no product of two bits stands in front of a chain, and a LUT of four inputs
// (x, the row above, carry, bit of w) is one bit of a row. The bit of w that is
// negative subtracts: its row adds x to what the row above hands over inverted,
// and inverts again.

`default_nettype none

module multiply_chain #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26
) (
    input  wire              clk,
    input  wire              first,   // the operands in the registers start a sum
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w,
    output reg  [W_DATA-1:0] x_out,
    output reg  [W_DATA-1:0] w_out,
    output reg  [W_ACC-1:0]  sum
);

wire [W_DATA:0]   row [0:W_DATA-1];   // row j has the weights from 2^j
wire [W_ACC-1:0]  product;

assign row[0] = {1'b0, x_out & {W_DATA{w_out[0]}}};

genvar j;
generate for (j = 0; j < W_DATA; j = j + 1) begin : gen_row
    if (j > 0) begin : gen_add
        multiply_chain_row #(
            .W_DATA (W_DATA),
            .INVERT ({j == W_DATA - 1 ? 1'b1 : 1'b0, j >= W_DATA - 2 ? 1'b1 : 1'b0})
        ) row_u (
            .add   (w_out[j]),
            .x     (x_out),
            .above (row[j-1][W_DATA:1]),
            .row   (row[j])
        );
    end
    if (j < W_DATA - 1) begin : gen_low
        assign product[j] = row[j][0] ^ (j == W_DATA - 2);
    end
end endgenerate

assign product[W_ACC-1:W_DATA-1] = {{W_ACC-2*W_DATA{row[W_DATA-1][W_DATA]}}, row[W_DATA-1]};

always @(posedge clk)
    sum <= first ? product : sum + product;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
