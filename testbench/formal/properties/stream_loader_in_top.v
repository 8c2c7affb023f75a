// SPDX-License-Identifier: Apache-2.0
// What makes the properties of adder_top inductive, for inside of stream_loader: what was true when words were first
// taken stays true until the last. The top's `seen` comes in at a port of that name.

always @* if (seen & state == WORDS) begin
    assert (target <= 4'd6);
    assert (~pictures | room);
    assert (pictures | segment | idle);
end
