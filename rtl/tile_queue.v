// SPDX-License-Identifier: Apache-2.0
// tile_queue: what is known of tiles when their last taps are issued, until their
// sums have left.
//
// `next` is of the tile that is the oldest from the next clock on, as whoever needs
// it makes much of it and wants that from registers. It is told two clocks after a
// push, as a tile's sums come later than that. Pushing to a full queue and popping
// from an empty one is for the caller not to do.

`default_nettype none

module tile_queue #(
    parameter W     = 4,     // bits that are known of a tile
    parameter TILES = 4      // that wait at most, at least 1
) (
    input  wire         clk,
    input  wire         rst,

    input  wire         push,
    input  wire [W-1:0] in,
    input  wire         pop,
    output wire [W-1:0] next
);

localparam W_PLACE = TILES > 1 ? $clog2(TILES) : 1;

reg [W-1:0]       waiting [0:(1<<W_PLACE)-1];
reg [W_PLACE-1:0] head, tail;

wire [W_PLACE-1:0] next_head = head + 1'b1;

assign next = pop ? waiting[next_head] : waiting[head];

always @(posedge clk) begin
    if (push) begin
        waiting[tail] <= in;
        tail          <= tail + 1'b1;
    end
    if (pop)
        head <= next_head;
    if (rst) begin
        head <= {W_PLACE{1'b0}};
        tail <= {W_PLACE{1'b0}};
    end
end

endmodule

`default_nettype wire
