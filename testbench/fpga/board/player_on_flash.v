// SPDX-License-Identifier: Apache-2.0
// player_on_flash: segment_player with the reader that feeds it and a flash, between a host's stream and one that takes.

`default_nettype none

module player_on_flash #(
    parameter ADDRESS = 678974,
    parameter FEED    = 512,
    parameter DUAL    = 0,
    parameter COLUMNS = 4,
    parameter W_DATA  = 8,
    parameter W_BEAT  = 96
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              stop,      // of the network before the segments
    input  wire              feed,
    input  wire              marked,    // the list begins anew

    input  wire [W_BEAT-1:0] s_axis_tdata,
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,
    input  wire              s_axis_tlast,

    output wire [W_BEAT-1:0] m_axis_tdata,
    output wire              m_axis_tvalid,
    input  wire              m_axis_tready,
    output wire              m_axis_tlast,

    output wire              wrong
);

wire       reading, valid, hungry, again, cs_n, pulse, drive, out, mosi_in, miso_in, sck, mosi, miso;
wire [7:0] data;

flash_pins pins_u (
    .clk     (clk),
    .pulse   (pulse),
    .drive   (drive),
    .out     (out),
    .mosi_in (mosi_in),
    .miso_in (miso_in),
    .sck     (sck),
    .mosi    (mosi),
    .miso    (miso)
);

flash_reader #(.ADDRESS(ADDRESS), .FEED(FEED), .DUAL(DUAL), .W_WAKE(6)) reader_u (
    .clk       (clk),
    .rst       (rst),
    .reading   (reading),
    .valid     (valid),
    .data      (data),
    .listening (reading | hungry),
    .stop      (stop),
    .feed      (feed),
    .again     (again | marked),
    .cs_n      (cs_n),
    .pulse     (pulse),
    .mosi      (out),
    .drive     (drive),
    .mosi_in   (mosi_in),
    .miso      (miso_in)
);

segment_player #(.COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_BEAT(W_BEAT)) player_u (
    .clk           (clk),
    .rst           (rst),
    .start         (marked),
    .hungry        (hungry),
    .byte_valid    (valid & ~reading),
    .data          (data),
    .again         (again),
    .wrong         (wrong),
    .s_axis_tdata  (s_axis_tdata),
    .s_axis_tvalid (s_axis_tvalid),
    .s_axis_tready (s_axis_tready),
    .s_axis_tlast  (s_axis_tlast),
    .m_axis_tdata  (m_axis_tdata),
    .m_axis_tvalid (m_axis_tvalid),
    .m_axis_tready (m_axis_tready),
    .m_axis_tlast  (m_axis_tlast)
);

spi_flash #(.BASE(ADDRESS), .BYTES(2048), .T_WAKE(50)) flash_u (
    .clk  (clk),
    .cs_n (cs_n),
    .sck  (sck),
    .mosi (mosi),
    .miso (miso)
);

endmodule

`default_nettype wire
