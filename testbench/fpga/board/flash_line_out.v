// SPDX-License-Identifier: Apache-2.0
// flash_line: a line to the flash on which it never answers, for what knows no pins of two ways.

`default_nettype none

module flash_line (
    inout  wire pin,
    input  wire drive,
    input  wire out,
    output wire in
);

assign pin = out;
assign in  = drive;

endmodule

`default_nettype wire
