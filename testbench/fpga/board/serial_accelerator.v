// SPDX-License-Identifier: Apache-2.0
// serial_accelerator: a stand-in that is quick to look at, for what is around it.

`default_nettype none

module serial_accelerator #(
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
    parameter FLASH_DUAL       = 0,
    parameter FLASH            = 0
) (
    input  wire clk,
    input  wire rst,
    input  wire rx,
    output reg  tx,
    output wire flash_cs_n,
    output wire flash_pulse,
    output wire flash_mosi,
    output wire flash_drive,
    input  wire flash_mosi_in,
    input  wire flash_miso_in,
    output wire busy,
    output wire error
);

localparam ALL = ROWS + COLUMNS + W_DATA + W_ACC + W_SUM + ACTIVATION_DEPTH + WEIGHT_DEPTH + FOLD_DEPTH + PAD_DEPTH +
    RESULT_DEPTH + PROGRAM_DEPTH + PARTIAL_DEPTH + CELL + SERIAL + PIPELINED + REACH + TAPS + W_SIDE + WEIGHT_PORTS + WEIGHT_SEGMENTS + FOLD_CLOCKS + PLANES + SHORTCUT + AVERAGES + DIVIDER + W_TIMEOUT + FLASH_DUAL + FLASH;

assign busy  = ALL[0];
assign error = rst;

assign flash_cs_n = ~flash_miso_in ^ flash_mosi_in;
assign flash_pulse = ALL[1];
assign flash_mosi = ALL[2];
assign flash_drive = ALL[3];

always @(posedge clk)
    tx <= rx;

endmodule

`default_nettype wire
