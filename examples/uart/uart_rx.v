// SPDX-License-Identifier: Apache-2.0
// uart_rx: receives bytes from a serial line, 8N1, DIVIDER clocks a bit.
//
// Looks at each bit in its middle, counted from the fall of the start bit. The
// last look, at the stop bit, comes 9.5 bits after that fall, a clock and a half
// early or late at most, and must meet the sender's tenth bit. So a sender may be
// off by (0.5 - 1.5 / DIVIDER) / 10 either way: 4 % at 16.
//
// A start bit that is high again in its middle was a glitch and is forgotten. A
// stop bit that is low is a framing error; the next byte then starts with the
// line's next fall.

`default_nettype none

module uart_rx #(
    parameter DIVIDER = 16   // clocks in a bit, from 4
) (
    input  wire       clk,
    input  wire       rst,             // waits for the next start bit

    input  wire       line,            // of any clock

    output wire       valid,           // for one clock: a byte has come
    output wire [7:0] data,            // while valid or framing_error
    output wire       framing_error    // for one clock, in place of valid
);

localparam W_CLOCKS = $clog2(DIVIDER);
localparam LAST     = DIVIDER - 1;
localparam MIDDLE   = DIVIDER / 2 - 1;

generate if (DIVIDER < 4) begin : check_divider
    error_DIVIDER_must_be_at_least_4 stop ();
end endgenerate

// ---------------------------------------------------------------------------
// The line, brought into this clock, and as it was a clock before

reg [2:0] seen;

always @(posedge clk) begin
    seen <= {seen[1:0], line};
    if (rst)
        seen <= 3'b111;
end

wire level = seen[1];
wire falls = seen[2] & ~seen[1];

// ---------------------------------------------------------------------------
// Bits. The start bit is bit 0, the stop bit is bit 9.

reg                busy;
reg [3:0]          index;    // the bit to look at next
reg [W_CLOCKS-1:0] clocks;   // clocks until then
reg [7:0]          shift;    // data bits, the newest at the top

wire look = busy & clocks == {W_CLOCKS{1'b0}};
wire stop = look & index == 4'd9;

assign valid         = stop & level;
assign framing_error = stop & ~level;
assign data          = shift;

always @(posedge clk)
    if (look & ~stop)
        shift <= {level, shift[7:1]};

always @(posedge clk) begin
    if (busy) begin
        clocks <= look ? LAST[W_CLOCKS-1:0] : clocks - 1'b1;
        if (look)
            index <= index + 4'd1;
        if (stop | (look & index == 4'd0 & level))
            busy <= 1'b0;
    end else begin
        busy   <= falls;
        index  <= 4'd0;
        clocks <= MIDDLE[W_CLOCKS-1:0];
    end
    if (rst)
        busy <= 1'b0;
end

endmodule

`default_nettype wire
