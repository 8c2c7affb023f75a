// SPDX-License-Identifier: Apache-2.0
// uart_tx: bytes on a serial line, 8N1, DIVIDER clocks a bit, the lowest first.
//
// A byte is taken when the line has been idle for a bit, so that a stop bit
// always has its length.

`default_nettype none

module uart_tx #(
    parameter DIVIDER = 12   // clocks in a bit, from 4
) (
    input  wire       clk,
    input  wire       rst,     // the line goes high

    input  wire       valid,
    output wire       ready,   // a byte is taken where both are high
    input  wire [7:0] data,

    output wire       line     // high when idle
);

localparam W_CLOCKS = $clog2(DIVIDER);
localparam LAST     = DIVIDER - 1;

generate if (DIVIDER < 4) begin : check_divider
    error_DIVIDER_must_be_at_least_4 stop ();
end endgenerate

reg [8:0]          shift;    // bit 0 is on the line; ones come in from above
reg [3:0]          left;     // bits still to end
reg [W_CLOCKS-1:0] clocks;   // clocks of the bit on the line that have passed

wire bit_ends = clocks == LAST[W_CLOCKS-1:0];

assign ready = left == 4'd0;
assign line  = shift[0];

always @(posedge clk) begin
    clocks <= ready | bit_ends ? {W_CLOCKS{1'b0}} : clocks + 1'b1;
    if (valid & ready) begin
        shift <= {data, 1'b0};
        left  <= 4'd10;
    end else if (bit_ends & ~ready) begin
        shift <= {1'b1, shift[8:1]};
        left  <= left - 4'd1;
    end
    if (rst) begin
        shift <= 9'h1ff;
        left  <= 4'd0;
    end
end

endmodule

`default_nettype wire
