// SPDX-License-Identifier: Apache-2.0
// flash_pins: the pins of an iCE40 on the lines of an SPI flash. A simulation has a
// module of its own in its place.
//
// The clock of SPI rises in the middle of a clock and falls with its end, which the
// two registers of its pin make; so it may go as fast as the FPGA's. Lines in have
// the registers of their pins: what is there at the end of a clock is there in the
// next. From a fall of SPI's clock to them is a whole clock for both pins, the wires
// and the flash.

`default_nettype none

module flash_pins (
    input  wire clk,

    input  wire pulse,     // SPI's clock is high in the second half of the next clock
    input  wire drive,     // mosi is an output; else whoever is there drives it
    input  wire out,
    output wire mosi_in,   // both of a clock ago
    output wire miso_in,

    inout  wire sck,       // pins
    inout  wire mosi,
    inout  wire miso
);

reg pulse_q;

always @(posedge clk)
    pulse_q <= pulse;

wire unused_in;

// An output, of one register in the clock's first half and of another in its second.
SB_IO #(
    .PIN_TYPE (6'b010001)
) sck_u (
    .PACKAGE_PIN   (sck),
    .INPUT_CLK     (clk),
    .OUTPUT_CLK    (clk),
    .OUTPUT_ENABLE (1'b1),
    .D_OUT_0       (1'b0),
    .D_OUT_1       (pulse_q),
    .D_IN_0        (unused_in)
);

// An output with an enable, without registers, and an input with one.
SB_IO #(
    .PIN_TYPE (6'b101000)
) mosi_u (
    .PACKAGE_PIN   (mosi),
    .INPUT_CLK     (clk),
    .OUTPUT_CLK    (clk),
    .OUTPUT_ENABLE (drive),
    .D_OUT_0       (out),
    .D_OUT_1       (1'b0),
    .D_IN_0        (mosi_in)
);

// An input with a register.
SB_IO #(
    .PIN_TYPE (6'b000000)
) miso_u (
    .PACKAGE_PIN   (miso),
    .INPUT_CLK     (clk),
    .OUTPUT_CLK    (clk),
    .OUTPUT_ENABLE (1'b0),
    .D_OUT_0       (1'b0),
    .D_OUT_1       (1'b0),
    .D_IN_0        (miso_in)
);

wire unused = &{1'b0, unused_in};

endmodule

`default_nettype wire
