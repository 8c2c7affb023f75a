// SPDX-License-Identifier: Apache-2.0
// What tap_queue keeps to for ever, from a reset on, for a caller that keeps to its side. The windows that come to one
// place of it, any one, stand for all of them. Put into the module, so that it sees the registers.

reg  [1:0]   one;         // never changes; any value
reg  [15:0]  its_taps;    // what the window there came with
reg  [W-1:0] its;
reg  [15:0]  seen;        // its taps that were issued
reg  [1:0]   in_front;    // windows that came before it and have not left
wire [1:0]   behind  = one - head;
wire         waits   = {1'b0, behind} < count;
wire         is_next = waits & head == one;

always @(posedge clk) begin
    one <= one;
    if (pop & is_next)
        seen <= seen | (16'd1 << lane);
    if (leaves)
        in_front <= in_front - 1'b1;
    if (push & tail == one) begin
        its_taps <= in_taps;
        its      <= in;
        seen     <= 16'd0;
        in_front <= count[1:0] - {1'b0, leaves};
    end

    assume (~push | (count < 3'd4 & in_taps != 16'd0));
    assume (~pop | ready);

    // 1. It holds four windows at most, and has a tap while it holds any.
    assert (count <= 3'd4 & count[1:0] == tail - head & ready == (count != 3'd0));
    // 2. Windows leave in the order in which they came, with what came with them.
    assert (~waits | in_front == behind);
    assert (~waits | (with_taps[one] == its & taps[one] == its_taps & its_taps != 16'd0));
    assert (~is_next | out == its);
    // 3. A window's taps are issued once each, the lowest first; with the highest it leaves, when all were.
    assert (~waits | seen == (is_next ? taken : 16'd0));
    assert (~is_next | (its_taps & ~seen & ((16'd2 << lane) - 16'd1)) == 16'd1 << lane);
    assert (~is_next | highest == ((seen | (16'd1 << lane)) == its_taps));
    assert (~is_next | (seen & ~its_taps) == 16'd0);
end
