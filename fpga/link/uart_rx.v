// SPDX-License-Identifier: Apache-2.0
// uart_rx: bytes from a serial line, 8N1, DIVIDER clocks a bit.
//
// Each bit is looked at in its middle, counted from the fall of the start bit,
// which is seen a clock late at most; so a sender may be off by
// (0.5 - 1.5 / DIVIDER) / 10 either way: 4 % at 12. A byte whose start bit is high
// in its middle, or whose stop bit is low, is none.

`default_nettype none

module uart_rx #(
    parameter DIVIDER = 12   // clocks in a bit, from 4
) (
    input  wire       clk,
    input  wire       rst,

    input  wire       line,    // of any clock, high when idle

    output wire       valid,   // for one clock
    output wire [7:0] data     // while valid
);

localparam W_CLOCKS = $clog2(DIVIDER);
localparam LAST     = DIVIDER - 1;
localparam MIDDLE   = DIVIDER / 2 - 1;

generate if (DIVIDER < 4) begin : check_divider
    error_DIVIDER_must_be_at_least_4 stop ();
end endgenerate

// The line, brought into this clock, and as it was a clock before.
reg [2:0] seen;

always @(posedge clk) begin
    seen <= {seen[1:0], line};
    if (rst)
        seen <= 3'b111;
end

// The start bit is bit 0, the stop bit is bit 9.
reg                busy;
reg [3:0]          index;    // the bit to look at next
reg [W_CLOCKS-1:0] clocks;   // clocks until then
reg [7:0]          shift;    // data bits, the newest at the top

wire look = busy & clocks == {W_CLOCKS{1'b0}};
wire stop = look & index == 4'd9;

assign valid = stop & seen[1];
assign data  = shift;

always @(posedge clk)
    if (look & ~stop)
        shift <= {seen[1], shift[7:1]};

always @(posedge clk) begin
    if (busy) begin
        clocks <= look ? LAST[W_CLOCKS-1:0] : clocks - 1'b1;
        if (look)
            index <= index + 4'd1;
        if (stop | (look & index == 4'd0 & seen[1]))
            busy <= 1'b0;
    end else begin
        busy   <= seen[2] & ~seen[1];
        index  <= 4'd0;
        clocks <= MIDDLE[W_CLOCKS-1:0];
    end
    if (rst)
        busy <= 1'b0;
end

endmodule

`default_nettype wire
