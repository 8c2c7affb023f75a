// SPDX-License-Identifier: Apache-2.0
// distance_pipelined: as distance_late, with a register between difference and sum.
// `first` and the sum are a clock later.

`default_nettype none

module distance_pipelined #(
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

reg [W_DATA-1:0] addend;
reg              carry, first_q;

wire [W_ACC-1:0] wide = {{W_ACC-W_DATA{1'b0}}, addend};
wire [W_ACC:0]   next = {sum, 1'b1} + {wide, rest};
wire             unused = &{1'b0, next[0]};

always @(posedge clk) begin
    addend  <= inverted;
    carry   <= negative;
    first_q <= first;
    rest    <= carry;
    sum     <= first_q ? wide : next[W_ACC:1];
end

always @(posedge clk) begin
    x_out <= x;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
