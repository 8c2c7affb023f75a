// SPDX-License-Identifier: Apache-2.0
// flash_board: a board's top, and the flash beside it.

`default_nettype none

module flash_board #(
    parameter ROWS             = 4,
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
    parameter DIVIDER          = 12,
    parameter W_TIMEOUT        = 16,
    parameter FLASH            = 1048576   // where the flash that is simulated begins, too
) (
    input  wire crystal,
    input  wire rx,
    output wire tx,
    output wire flash_cs_n
);

wire flash_sck, flash_mosi, flash_miso;

top #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .W_SUM(W_SUM),
    .ACTIVATION_DEPTH(ACTIVATION_DEPTH), .WEIGHT_DEPTH(WEIGHT_DEPTH), .FOLD_DEPTH(FOLD_DEPTH), .PAD_DEPTH(PAD_DEPTH), .RESULT_DEPTH(RESULT_DEPTH),
    .PROGRAM_DEPTH(PROGRAM_DEPTH), .PARTIAL_DEPTH(PARTIAL_DEPTH), .CELL(CELL), .SERIAL(SERIAL), .PIPELINED(PIPELINED), .REACH(REACH), .TAPS(TAPS),
    .W_SIDE(W_SIDE), .WEIGHT_PORTS(WEIGHT_PORTS), .WEIGHT_SEGMENTS(WEIGHT_SEGMENTS), .FOLD_CLOCKS(FOLD_CLOCKS), .PLANES(PLANES), .SHORTCUT(SHORTCUT), .AVERAGES(AVERAGES), .DIVIDER(DIVIDER), .W_TIMEOUT(W_TIMEOUT),
    .FLASH(FLASH)
) top_u (
    .crystal    (crystal),
    .rx         (rx),
    .tx         (tx),
    .flash_cs_n (flash_cs_n),
    .flash_sck  (flash_sck),
    .flash_mosi (flash_mosi),
    .flash_miso (flash_miso)
);

spi_flash #(.BASE(FLASH)) flash_u (
    .clk  (crystal),
    .cs_n (flash_cs_n),
    .sck  (flash_sck),
    .mosi (flash_mosi),
    .miso (flash_miso)
);

endmodule

`default_nettype wire
