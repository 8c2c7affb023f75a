// SPDX-License-Identifier: Apache-2.0
// power_on_reset: a reset for 255 clocks after configuration, and after the clock
// was lost. iCE40 registers begin at 0, and its block memories answer later. A
// register gives it, as it goes to all others; it is up from the first clock on.

`default_nettype none

module power_on_reset (
    input  wire clk,
    input  wire locked,   // the clock is good; of any clock
    output reg  rst
);

reg [7:0] count;

initial begin
    count = 8'd0;
    rst   = 1'b0;
end

always @(posedge clk or negedge locked) begin
    if (~locked) begin
        count <= 8'd0;
        rst   <= 1'b1;
    end else begin
        rst <= ~&count;
        if (~&count)
            count <= count + 1'b1;
    end
end

endmodule

`default_nettype wire
