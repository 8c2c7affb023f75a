// SPDX-License-Identifier: Apache-2.0
// multiply_gated: as multiply_save, with a sum that is clocked where it changes: at
// a first tap, and where neither operand is 0.

`default_nettype none

module multiply_gated #(
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

wire clk_sum;

wire [W_ACC-1:0] kept = first ? {W_ACC{1'b0}} : sum;

// Row j's sums have the weights from 2^j, its carries from 2^(j+1). Of what is
// kept, a row adds the bit above its own.
wire [W_DATA-2:0] low;

genvar i, j;
generate for (j = 0; j < W_DATA; j = j + 1) begin : gen_row
    wire [W_DATA-1:0] s, c;

    if (j < W_DATA - 1) begin : gen_low
        assign low[j] = s[0];
    end
    if (j == 0) begin : gen_first
        assign s = x_out & {W_DATA{w_out[0]}};
        assign c = {2'b01, {W_DATA-2{1'b0}}};   // the 1 that the inverted row is short of;
    end else begin : gen_save
        wire [W_DATA-1:0] part  = x_out & {W_DATA{w_out[j]}} ^ {W_DATA{j == W_DATA - 1}};
        wire [W_DATA-1:0] above = {kept[W_DATA+j-1], gen_row[j-1].s[W_DATA-1:1]};
        for (i = 0; i < W_DATA; i = i + 1) begin : gen_bit
            full_adder adder_u (
                .a     (part[i]),
                .b     (above[i]),
                .c     (gen_row[j-1].c[i]),
                .sum   (s[i]),
                .carry (c[i])
            );
        end
    end
end endgenerate

wire [W_DATA-1:0] s = gen_row[W_DATA-1].s;
wire [W_DATA-1:0] c = gen_row[W_DATA-1].c;

wire [W_ACC-1:0] next = {kept[W_ACC-1:2*W_DATA-1], s, low}
    + {{W_ACC-2*W_DATA+1{~c[W_DATA-1]}}, c[W_DATA-2:0], kept[W_DATA-1:0]};

clock_gate gate_u (.clk(clk), .enable(first | (|x_out & |w_out)), .gated(clk_sum));

always @(posedge clk_sum)
    sum <= next;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
