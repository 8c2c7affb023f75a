// SPDX-License-Identifier: Apache-2.0
// stationary_pe: a processing element that can also hold its weight still.
//
// As a cell of adder_row it sums |x - w| over the taps of a tile. When `stationary` is
// set, it holds a weight that came along the activations' way, `w` is an
// activation, and |held - w| is added to the sum on its way from the left
// neighbour to the right one: a sum a clock, of which each is first and last.
//
// A cell of a column or row beyond the lanes holds no weight and lets such sums
// pass.

`default_nettype none

module stationary_pe #(
    parameter W_DATA = 8,   // bits in one code, unsigned
    parameter W_ACC  = 18,  // bits in a sum, unsigned
    parameter HOLDS  = 1    // 0: no weight is ever held here
) (
    input  wire              clk,

    input  wire              stationary,  // constant while taps move
    input  wire              swap,        // the weight in the pipe is held from the next clock on
    input  wire              valid,       // x and w hold a tap; stationary: w does
    input  wire              used,        // ... that counts for this column's filter, else it adds nothing
    input  wire              first,       // of a tile's taps: starts the sum
    input  wire              last,        // of a tile's taps: the sum goes to sum_out
    input  wire              shift,       // sum_out takes the left neighbour's
    input  wire [W_DATA-1:0] x,           // activation code
    input  wire [W_DATA-1:0] w,           // weight code; stationary: activation code
    input  wire [W_DATA-1:0] next_code,   // the weight in the pipe, and whether it counts
    input  wire              next_used,
    input  wire [W_ACC-1:0]  sum_in,      // from the left neighbour

    output reg  [W_ACC-1:0]  sum_out      // to the right neighbour
);

generate if (W_ACC <= W_DATA) begin : check_w_acc
    error_W_ACC_must_exceed_W_DATA stop ();
end endgenerate

wire [W_DATA-1:0] held_code;
wire              held_used;

generate if (HOLDS != 0) begin : gen_held
    reg [W_DATA-1:0] code_q;
    reg              used_q;

    always @(posedge clk) begin
        if (swap) begin
            code_q <= next_code;
            used_q <= next_used;
        end
    end

    assign held_code = code_q;
    assign held_used = used_q;
end else begin : gen_passes
    wire unused = &{1'b0, swap, next_code, next_used};
    assign held_code = {W_DATA{1'b0}};
    assign held_used = 1'b0;
end endgenerate

wire [W_DATA-1:0] code   = stationary ? held_code : x;
wire              counts = stationary ? held_used : used;
wire [W_DATA:0]   diff   = {1'b0, code} - {1'b0, w};
wire              sign   = diff[W_DATA];
wire [W_DATA-1:0] mag    = (diff[W_DATA-1:0] ^ {W_DATA{sign}}) + {{W_DATA-1{1'b0}}, sign};

reg  [W_ACC-1:0] acc;
wire [W_ACC-1:0] so_far = stationary ? sum_in : acc & {W_ACC{~first}};
wire [W_ACC-1:0] sum    = so_far + {{W_ACC-W_DATA{1'b0}}, mag & {W_DATA{counts}}};

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
