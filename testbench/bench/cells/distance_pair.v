// SPDX-License-Identifier: Apache-2.0
// distance_pair: as distance_late, with two taps a clock in one sum: a carry chain adds both inverted differences, and
// the 1 that the first is short of if it is negative; that of the second is the next clock's carry.

`default_nettype none

module distance_pair #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire                clk,
    input  wire                first,   // the operands in the registers start a sum
    input  wire [2*W_DATA-1:0] x,       // tap t at [t*W_DATA +: W_DATA]
    input  wire [2*W_DATA-1:0] w_n,
    output reg  [2*W_DATA-1:0] x_out,
    output reg  [2*W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]    sum,
    output reg                 rest     // still to be added to the sum
);

wire [1:0]          negative;
wire [2*W_DATA-1:0] inverted;

genvar t;
generate for (t = 0; t < 2; t = t + 1) begin : gen_tap
    distance_inverted #(.W_DATA(W_DATA)) inverted_u (
        .x        (x_out[t*W_DATA +: W_DATA]),
        .w_n      (w_n_out[t*W_DATA +: W_DATA]),
        .inverted (inverted[t*W_DATA +: W_DATA]),
        .negative (negative[t])
    );
end endgenerate

wire [W_DATA+1:0] both   = {1'b0, inverted[W_DATA-1:0], 1'b1} + {1'b0, inverted[2*W_DATA-1:W_DATA], negative[0]};
wire [W_ACC-1:0]  addend = {{W_ACC-W_DATA-1{1'b0}}, both[W_DATA+1:1]};
wire [W_ACC:0]    next   = {sum, 1'b1} + {addend, rest};
wire              unused = &{1'b0, both[0], next[0]};

always @(posedge clk) begin
    rest <= negative[1];
    sum  <= first ? addend : next[W_ACC:1];
end

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
