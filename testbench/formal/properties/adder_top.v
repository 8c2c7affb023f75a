// SPDX-License-Identifier: Apache-2.0
// Properties of adder_top around any core whatever, for inside of it.
//
//   1 at most two batches run or wait; none comes where there is no place, none is taken where none waits
//   2 a batch that runs has a bank of results to write, whatever the receiver does
//   3 what batches share is loaded only while none runs or waits
//   4 the core is started only when it is idle, and loaded only when it is not in reset
//   5 after a reset of either kind no batch runs or waits, and no result does

reg seen, cleared;
initial seen = 1'b0;
always @(posedge clk) begin
    seen    <= seen | rst;
    cleared <= clear;
end

wire [1:0] places = waiting + {1'b0, running};
wire       shared = load_target >= 3'd2 & load_target <= 3'd5;

always @* if (seen) begin
    assert (~soft_reset | stopped);
    assert (waiting <= 2'd2 & places <= 2'd2);
    assert (~batch | (places <= 2'd1 & ~stopped));
    assert (~start | waiting != 2'd0);
    assert (banks <= 2'd2 & (~running | banks <= 2'd1));
    assert (~done | banks <= 2'd1);
    assert (~(load_valid & shared) | places == 2'd0);
    assert (~start | (~core_busy & ~running & ~stopped));
    assert (~cleared | (places == 2'd0 & banks == 2'd0));
    assert (~load_valid | ~stopped);
end
