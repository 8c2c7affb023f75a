// SPDX-License-Identifier: Apache-2.0
// distance_late: as distance_invert, but the 1 that a negative difference is short of
// is the next tap's carry; the last tap's leaves beside the sum, as `rest`. So a
// first tap takes no carry, and the choice between it and the sum costs no logic in
// front of the carry chain. Weights come inverted, which the chain wants.

`default_nettype none

module distance_late #(
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
    output reg               rest   // still to be added to the sum
);

wire              negative;
wire [W_DATA-1:0] inverted;

distance_inverted #(.W_DATA(W_DATA)) inverted_u (
    .x        (x_out),
    .w_n      (w_n_out),
    .inverted (inverted),
    .negative (negative)
);

wire [W_ACC-1:0] addend = {{W_ACC-W_DATA{1'b0}}, inverted};
wire [W_ACC:0]   next   = {sum, 1'b1} + {addend, rest};
wire             unused = &{1'b0, next[0]};

always @(posedge clk) begin
    rest <= negative;
    sum  <= first ? addend : next[W_ACC:1];
end

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
