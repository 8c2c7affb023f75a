// SPDX-License-Identifier: Apache-2.0
// flash_line: a line to the flash on which it may answer: a pin of the FPGA.
//
// A simulation has a module of its own in its place.

`default_nettype none

module flash_line (
    inout  wire pin,
    input  wire drive,   // out goes to the pin; else whoever is there drives it
    input  wire out,
    output wire in
);

// An output with an enable, and an input, neither through a register.
SB_IO #(
    .PIN_TYPE (6'b101001)
) pin_u (
    .PACKAGE_PIN   (pin),
    .OUTPUT_ENABLE (drive),
    .D_OUT_0       (out),
    .D_IN_0        (in)
);

endmodule

`default_nettype wire
