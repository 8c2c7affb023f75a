// SPDX-License-Identifier: Apache-2.0
// uart_tx: sends bytes on a serial line, 8N1: a start bit (low), eight data bits
// from the lowest up, a stop bit (high); each lasts DIVIDER clocks.
//
// Bytes that are offered in time follow each other without a gap: a byte takes
// 10 * DIVIDER clocks.

`default_nettype none

module uart_tx #(
    parameter DIVIDER = 16   // clocks in a bit, from 2
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

generate if (DIVIDER < 2) begin : check_divider
    error_DIVIDER_must_be_at_least_2 stop ();
end endgenerate

reg [9:0]          shift;    // bit 0 is on the line; ones come in from above
reg [3:0]          left;     // bits of this byte still to end, the one on the line included
reg [W_CLOCKS-1:0] clocks;   // clocks of the bit on the line that have passed

wire bit_ends  = clocks == LAST[W_CLOCKS-1:0];
wire byte_ends = bit_ends & left == 4'd1;

assign ready = left == 4'd0 | byte_ends;
assign line  = shift[0];

always @(posedge clk) begin
    clocks <= bit_ends ? {W_CLOCKS{1'b0}} : clocks + 1'b1;
    if (bit_ends & left != 4'd0) begin
        shift <= {1'b1, shift[9:1]};
        left  <= left - 4'd1;
    end
    if (valid & ready) begin
        shift  <= {1'b1, data, 1'b0};
        left   <= 4'd10;
        clocks <= {W_CLOCKS{1'b0}};
    end
    if (rst) begin
        shift <= 10'h3ff;
        left  <= 4'd0;
    end
end

endmodule

`default_nettype wire
