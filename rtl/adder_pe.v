// SPDX-License-Identifier: Apache-2.0
// adder_pe: one processing element of the adder array.
//
// Sums |x - w| over the taps of one tile and, with the last tap, hands the sum
// to `sum_out`, from where it is shifted to the right neighbour while the next
// tile is being summed.
//
// |x - w| of two unsigned W_DATA-bit codes fits W_DATA bits: the subtraction
// has one bit more, its sign, and a negative difference is negated by
// inverting it and adding the sign. There is no reset: `first` starts a sum.

`default_nettype none

module adder_pe #(
    parameter W_DATA = 8,   // bits in one code, unsigned
    parameter W_ACC  = 18   // bits in a sum, unsigned; W_DATA + ceil(log2 taps) never overflow
) (
    input  wire              clk,

    input  wire              valid,    // x and w hold a tap
    input  wire              first,    // of a tile's taps: starts the sum
    input  wire              last,     // of a tile's taps: the sum goes to sum_out
    input  wire              shift,    // sum_out takes the left neighbour's
    input  wire [W_DATA-1:0] x,        // activation code
    input  wire [W_DATA-1:0] w,        // weight code
    input  wire [W_ACC-1:0]  sum_in,   // from the left neighbour

    output reg  [W_ACC-1:0]  sum_out   // to the right neighbour
);

generate if (W_ACC <= W_DATA) begin : check_w_acc
    error_W_ACC_must_exceed_W_DATA stop ();
end endgenerate

wire [W_DATA:0]   diff = {1'b0, x} - {1'b0, w};
wire              sign = diff[W_DATA];
wire [W_DATA-1:0] mag  = (diff[W_DATA-1:0] ^ {W_DATA{sign}}) + {{W_DATA-1{1'b0}}, sign};

reg  [W_ACC-1:0] acc;
wire [W_ACC-1:0] sum = (acc & {W_ACC{~first}}) + {{W_ACC-W_DATA{1'b0}}, mag};

always @(posedge clk) begin
    if (valid)
        acc <= sum;
    if (valid & last)
        sum_out <= sum;
    else if (shift)
        sum_out <= sum_in;
end

endmodule

`default_nettype wire
