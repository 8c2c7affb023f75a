// SPDX-License-Identifier: Apache-2.0
// top: the accelerator on the UPduino 3.
// Host: an FT232H on the pins of its flash: jumper OSC closed brings 12 MHz to pin 20.
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
    parameter DIVIDER          = 24,     // 24 MHz over 1 Mbaud
    parameter W_TIMEOUT        = 16
) (
    input  wire crystal,          // 12 MHz
    input  wire rx,
    output wire tx,
    output wire led_busy_n,       // a frame is under way
    output wire led_error_n,      // a frame was lost since the host said hello
    output wire flash_select_n    // keeps the flash off rx and tx
);

wire flash_drive;   // always
wire clk, locked, rst, busy, error;
wire flash_pulse, flash_mosi;   // pins of rx and tx: no network comes from the flash

assign led_busy_n = ~busy;
assign led_error_n = ~error;

board_clock board_clock_u (
    .crystal (crystal),
    .clk     (clk),
    .locked  (locked)
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
    .DIVIDER(DIVIDER), .W_TIMEOUT(W_TIMEOUT)
) serial_accelerator_u (
    .clk           (clk),
    .rst           (rst),
    .rx            (rx),
    .tx            (tx),
    .flash_cs_n    (flash_select_n),
    .flash_pulse   (flash_pulse),
    .flash_mosi    (flash_mosi),
    .flash_drive   (flash_drive),
    .flash_mosi_in (1'b0),
    .flash_miso_in (1'b1),
    .busy          (busy),
    .error         (error)
);

wire unused = &{1'b0, flash_pulse, flash_mosi, flash_drive};

endmodule

`default_nettype wire
