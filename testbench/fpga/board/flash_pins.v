// SPDX-License-Identifier: Apache-2.0
// flash_pins: lines of an SPI flash, without the FPGA's pins.

`default_nettype none

module flash_pins (
    input  wire clk,
    input  wire pulse,
    input  wire drive,
    input  wire out,
    output reg  mosi_in,
    output reg  miso_in,
    inout  wire sck,
    inout  wire mosi,
    inout  wire miso
);

reg pulse_q;

always @(posedge clk) begin
    pulse_q <= pulse;
    mosi_in <= mosi;
    miso_in <= miso;
end

assign sck  = pulse_q & ~clk;
assign mosi = drive ? out : 1'bz;

endmodule

`default_nettype wire
