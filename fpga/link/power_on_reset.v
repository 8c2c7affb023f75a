// SPDX-License-Identifier: Apache-2.0
// power_on_reset: a reset for 255 clocks after configuration, and after the clock
// was lost. iCE40 registers begin at 0, and its block memories answer later.

`default_nettype none

module power_on_reset (
    input  wire clk,
    input  wire locked,   // the clock is good; of any clock
    output wire rst
);

reg [7:0] count;

initial count = 8'd0;

assign rst = ~&count;

always @(posedge clk or negedge locked) begin
    if (~locked)
        count <= 8'd0;
    else if (rst)
        count <= count + 1'b1;
end

endmodule

`default_nettype wire
