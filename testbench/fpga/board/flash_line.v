// SPDX-License-Identifier: Apache-2.0
// flash_line: a line to the flash on which it may answer, without the FPGA's pin.

`default_nettype none

module flash_line (
    inout  wire pin,
    input  wire drive,
    input  wire out,
    output wire in
);

assign pin = drive ? out : 1'bz;
assign in  = pin;

endmodule

`default_nettype wire
