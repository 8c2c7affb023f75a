// SPDX-License-Identifier: Apache-2.0
// uart: a serial port, 8N1: sender and receiver with the same bit time.
//
// In loopback the receiver hears the sender, the line's tx stays high, and rx is
// not heard.

`default_nettype none

module uart #(
    parameter DIVIDER = 16   // clocks in a bit, from 4
) (
    input  wire       clk,
    input  wire       rst,

    input  wire       loopback,         // change it between bytes

    input  wire       send_valid,
    output wire       send_ready,
    input  wire [7:0] send_data,

    output wire       receive_valid,    // for one clock
    output wire [7:0] receive_data,
    output wire       framing_error,    // for one clock, in place of receive_valid

    input  wire       rx,               // high when idle
    output wire       tx
);

wire sent;

assign tx = sent | loopback;

uart_tx #(.DIVIDER (DIVIDER)) tx_u (
    .clk   (clk),
    .rst   (rst),
    .valid (send_valid),
    .ready (send_ready),
    .data  (send_data),
    .line  (sent)
);

uart_rx #(.DIVIDER (DIVIDER)) rx_u (
    .clk           (clk),
    .rst           (rst),
    .line          (loopback ? sent : rx),
    .valid         (receive_valid),
    .data          (receive_data),
    .framing_error (framing_error)
);

endmodule

`default_nettype wire
