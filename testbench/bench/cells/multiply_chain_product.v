// SPDX-License-Identifier: Apache-2.0
// multiply_chain_product: x w by an array of carry chains, a row for each bit of w. A row adds x or, chosen after its
// chain, passes on what came from the row above: so no product of two bits stands in front of a chain, and a LUT of
// four inputs (x, the row above, carry, bit of w) is one bit of a row. Where w is a two's complement code, the bit of it
// that is negative subtracts: its row adds x to what the row above hands over inverted, and inverts again.

`default_nettype none

module multiply_chain_product #(
    parameter W_DATA = 8,
    parameter SIGNED = 1    // w is a two's complement code, and so is the product
) (
    input  wire [W_DATA-1:0]   x,
    input  wire [W_DATA-1:0]   w,
    output wire [2*W_DATA-1:0] product
);

wire [W_DATA:0] row [0:W_DATA-1];   // row j has the weights from 2^j

assign row[0] = {1'b0, x & {W_DATA{w[0]}}};

genvar j;
generate for (j = 0; j < W_DATA; j = j + 1) begin : gen_row
    if (j > 0) begin : gen_add
        multiply_chain_row #(
            .W_DATA (W_DATA),
            .INVERT ({SIGNED != 0 && j == W_DATA - 1, SIGNED != 0 && j >= W_DATA - 2})
        ) row_u (
            .add   (w[j]),
            .x     (x),
            .above (row[j-1][W_DATA:1]),
            .row   (row[j])
        );
    end
    if (j < W_DATA - 1) begin : gen_low
        assign product[j] = row[j][0] ^ (SIGNED != 0 && j == W_DATA - 2);
    end
end endgenerate

assign product[2*W_DATA-1:W_DATA-1] = row[W_DATA-1];

endmodule

`default_nettype wire
