// SPDX-License-Identifier: Apache-2.0
// tap_queue: windows of taps that wait to be issued, one tap after the other.
//
// A window is 16 lanes, of which some are taps: the lowest of the oldest window
// is the next. A window leaves with its highest tap, and is there the clock
// after its push. Pushing to a full queue, pushing a window without taps, and
// popping from an empty queue is for the caller not to do.

`default_nettype none

module tap_queue #(
    parameter W = 8          // bits that go with a window
) (
    input  wire         clk,
    input  wire         rst,

    input  wire         push,
    input  wire [15:0]  in_taps,   // lanes that are taps
    input  wire [W-1:0] in,
    input  wire         pop,       // the next tap is taken

    output reg  [2:0]   count,     // windows that wait, 0 to 4
    output wire         ready,     // there is a tap
    output wire [3:0]   lane,      // its
    output wire         highest,   // it is its window's last
    output wire [W-1:0] out        // what goes with its window
);

reg  [15:0]  taps [0:3];
reg  [W-1:0] with_taps [0:3];
reg  [1:0]   head, tail;
reg  [15:0]  taken;              // of the oldest window's taps

wire [15:0] left   = taps[head] & ~taken;
wire [15:0] others = left & (left - 1'b1);   // without the lowest
wire [15:0] lowest = left & ~others;
wire        leaves = pop & highest;

assign ready   = count != 3'd0;
assign highest = others == 16'd0;
assign lane    = {|lowest[15:8], |(lowest & 16'hF0F0), |(lowest & 16'hCCCC), |(lowest & 16'hAAAA)};
assign out     = with_taps[head];

always @(posedge clk) begin
    if (push) begin
        taps[tail]      <= in_taps;
        with_taps[tail] <= in;
        tail            <= tail + 1'b1;
    end
    if (pop)
        taken <= highest ? 16'd0 : taken | lowest;
    if (leaves)
        head <= head + 1'b1;
    count <= count + {2'd0, push} - {2'd0, leaves};

    if (rst) begin
        count <= 3'd0;
        head  <= 2'd0;
        tail  <= 2'd0;
        taken <= 16'd0;
    end
end

endmodule

`default_nettype wire
