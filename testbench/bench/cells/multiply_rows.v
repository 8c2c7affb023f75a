// SPDX-License-Identifier: Apache-2.0
// multiply_rows: a row for each bit of w, added one after the other. w is a two's complement code, and so is the sum.

`default_nettype none

module multiply_rows #(
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

genvar j;
generate for (j = 0; j < W_DATA; j = j + 1) begin : gen_row
    wire [W_ACC-1:0] row = {{W_ACC-W_DATA{1'b0}}, x_out & {W_DATA{w_out[j]}}} << j;
    wire [W_ACC-1:0] total;

    if (j == 0) begin : gen_first
        assign total = (first ? {W_ACC{1'b0}} : sum) + row;
    end else if (j < W_DATA - 1) begin : gen_add
        assign total = gen_row[j-1].total + row;
    end else begin : gen_sign
        assign total = gen_row[j-1].total - row;
    end
end endgenerate

always @(posedge clk)
    sum <= gen_row[W_DATA-1].total;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
