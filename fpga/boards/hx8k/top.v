// SPDX-License-Identifier: Apache-2.0
// top: the accelerator on the iCE40-HX8K breakout board.
// Host: an FT2232H: its second serial port is rx and tx.
//
// Sizes are those of a named configuration; who builds the bitstream sets them.

`default_nettype none

module top #(
    parameter ROWS             = 4,      // as in serial_accelerator
    parameter COLUMNS          = 4,
    parameter W_DATA           = 8,
    parameter W_ACC            = 18,
    parameter W_SUM            = 19,
    parameter ACTIVATION_DEPTH = 2048,
    parameter WEIGHT_DEPTH     = 4608,
    parameter FOLD_DEPTH       = 256,
    parameter PAD_DEPTH        = 16,
    parameter RESULT_DEPTH     = 16,
    parameter PROGRAM_DEPTH    = 256,
    parameter PARTIAL_DEPTH    = 0,
    parameter CELL             = 0,
    parameter SERIAL           = 0,
    parameter PIPELINED        = 0,
    parameter REACH            = 1,
    parameter TAPS             = 1,
    parameter W_SIDE           = 16,
    parameter WEIGHT_PORTS     = 2,
    parameter WEIGHT_SEGMENTS  = 2,
    parameter FOLD_CLOCKS      = 1,
    parameter PLANES           = 1,
    parameter SHORTCUT         = 1,
    parameter AVERAGES         = 1,
    parameter DIVIDER          = 72,     // 72 MHz over 1 Mbaud
    parameter W_TIMEOUT        = 16,
    parameter FLASH            = 1048576 // where a network may lie in the board's flash
) (
    input  wire crystal,     // 12 MHz
    input  wire rx,
    output wire tx,
    output wire flash_cs_n,
    inout  wire flash_sck,
    inout  wire flash_mosi,  // the flash's, too, while segments of weights come over both lines
    inout  wire flash_miso,  // from the flash
    output wire led_busy,    // a frame is under way
    output wire led_error    // a frame was lost since the host said hello
);

wire flash_pulse, flash_out, flash_drive, flash_mosi_in, flash_miso_in;
wire clk, locked, rst, busy, error;

assign led_busy = busy;
assign led_error = error;

board_clock board_clock_u (
    .crystal (crystal),
    .clk     (clk),
    .locked  (locked)
);

flash_pins flash_pins_u (
    .clk     (clk),
    .pulse   (flash_pulse),
    .drive   (flash_drive),
    .out     (flash_out),
    .mosi_in (flash_mosi_in),
    .miso_in (flash_miso_in),
    .sck     (flash_sck),
    .mosi    (flash_mosi),
    .miso    (flash_miso)
);

power_on_reset power_on_reset_u (
    .clk    (clk),
    .locked (locked),
    .rst    (rst)
);

serial_accelerator #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .W_SUM(W_SUM),
    .ACTIVATION_DEPTH(ACTIVATION_DEPTH), .WEIGHT_DEPTH(WEIGHT_DEPTH), .FOLD_DEPTH(FOLD_DEPTH),
    .PAD_DEPTH(PAD_DEPTH), .RESULT_DEPTH(RESULT_DEPTH), .PROGRAM_DEPTH(PROGRAM_DEPTH),
    .PARTIAL_DEPTH(PARTIAL_DEPTH), .CELL(CELL), .SERIAL(SERIAL), .PIPELINED(PIPELINED), .REACH(REACH), .TAPS(TAPS), .W_SIDE(W_SIDE),
    .WEIGHT_PORTS(WEIGHT_PORTS), .WEIGHT_SEGMENTS(WEIGHT_SEGMENTS), .FOLD_CLOCKS(FOLD_CLOCKS), .PLANES(PLANES), .SHORTCUT(SHORTCUT), .AVERAGES(AVERAGES),
    .DIVIDER(DIVIDER), .W_TIMEOUT(W_TIMEOUT),
    .FLASH_DUAL(1), .FLASH(FLASH)
) serial_accelerator_u (
    .clk           (clk),
    .rst           (rst),
    .rx            (rx),
    .tx            (tx),
    .flash_cs_n    (flash_cs_n),
    .flash_pulse   (flash_pulse),
    .flash_mosi    (flash_out),
    .flash_drive   (flash_drive),
    .flash_mosi_in (flash_mosi_in),
    .flash_miso_in (flash_miso_in),
    .busy          (busy),
    .error         (error)
);

endmodule

`default_nettype wire
