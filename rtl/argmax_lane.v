// SPDX-License-Identifier: Apache-2.0
// argmax_lane: the lowest index among the largest codes seen since `clear`.

`default_nettype none

module argmax_lane #(
    parameter W_DATA  = 8,
    parameter W_INDEX = 16
) (
    input  wire               clk,

    input  wire               clear,
    input  wire               take,    // code and index are there, in any order of indices
    input  wire [W_DATA-1:0]  code,
    input  wire [W_INDEX-1:0] index,

    output reg                any,     // one was seen
    output reg  [W_DATA-1:0]  largest,
    output reg  [W_INDEX-1:0] best
);

wire wins = ~any | code > largest | (code == largest & index < best);

always @(posedge clk) begin
    if (take & wins) begin
        largest <= code;
        best    <= index;
    end
    any <= ~clear & (any | take);
end

endmodule

`default_nettype wire
