// SPDX-License-Identifier: Apache-2.0
// reader_on_flash: flash_reader with a flash that takes almost as long to wake up as it is given time.

`default_nettype none

module reader_on_flash #(
    parameter ADDRESS = 678974,
    parameter W_WAKE  = 6,
    parameter T_WAKE  = 50
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       listening,
    input  wire       stop,
    output wire       reading,
    output wire       valid,
    output wire [7:0] data,
    output wire       cs_n,
    output wire       pulse
);

wire sck, drive, out, mosi_in, miso_in, mosi, miso;

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

flash_reader #(.ADDRESS(ADDRESS), .W_WAKE(W_WAKE)) reader_u (
    .clk       (clk),
    .rst       (rst),
    .reading   (reading),
    .valid     (valid),
    .data      (data),
    .listening (listening),
    .stop      (stop),
    .feed      (1'b0),
    .again     (1'b0),
    .cs_n      (cs_n),
    .pulse     (pulse),
    .mosi      (out),
    .drive     (drive),
    .mosi_in   (mosi_in),
    .miso      (miso_in)
);

spi_flash #(.BASE(ADDRESS), .BYTES(256), .T_WAKE(T_WAKE)) flash_u (
    .clk  (clk),
    .cs_n (cs_n),
    .sck  (sck),
    .mosi (mosi),
    .miso (miso)
);

endmodule

`default_nettype wire
