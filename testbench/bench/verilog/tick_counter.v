// SPDX-License-Identifier: Apache-2.0
// tick_counter: counts enabled cycles. So small that the cost of calling a model
// shows beside the model's own.

`default_nettype none

module tick_counter #(
    parameter W = 16  // bits of the count
) (
    input  wire         clk,
    input  wire         rst,

    input  wire         en,
    output reg  [W-1:0] count
);

always @(posedge clk) begin
    if (en)  count <= count + {{W-1{1'b0}}, 1'b1};
    if (rst) count <= {W{1'b0}};
end

endmodule

`default_nettype wire
