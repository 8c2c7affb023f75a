// SPDX-License-Identifier: Apache-2.0
// What argmax_lane promises of any one index, which stands for all of them. Put into the module, so that it sees the
// registers.

reg [W_INDEX-1:0] one;     // never changes; any value
reg               seen;    // its code was taken since `clear`
reg [W_DATA-1:0]  its_code;

always @(posedge clk) begin
    one <= one;
    if (take & index == one)
        its_code <= code;
    seen <= ~clear & (seen | (take & index == one));

    // Each index comes once.
    assume (~(take & seen & index == one));

    // 1. No code taken is larger than the best one's, and none of a lower index as large.
    assert (~seen | (any & (its_code < largest | (its_code == largest & best <= one))));
    // 2. The best one was taken, with the largest code.
    assert (~any | best != one | (seen & its_code == largest));
end
