// SPDX-License-Identifier: Apache-2.0
// distance_counted: as distance_late, but the 1s that negative differences are short
// of are counted in a register of their own, `rest`.

`default_nettype none

module distance_counted #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire              clk,
    input  wire              first,   // the operands in the registers start a sum
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w_n,
    output reg  [W_DATA-1:0] x_out,
    output reg  [W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]  sum,
    output reg  [W_ACC-W_DATA-1:0] rest   // still to be added to the sum
);

wire              negative;
wire [W_DATA-1:0] inverted;

distance_inverted #(.W_DATA(W_DATA)) inverted_u (
    .x        (x_out),
    .w_n      (w_n_out),
    .inverted (inverted),
    .negative (negative)
);

wire [W_ACC-1:0]        addend = {{W_ACC-W_DATA{1'b0}}, inverted};
wire [W_ACC-W_DATA-1:0] one    = {{W_ACC-W_DATA-1{1'b0}}, negative};

always @(posedge clk) begin
    rest <= first ? one : rest + one;
    sum  <= first ? addend : sum + addend;
end

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
