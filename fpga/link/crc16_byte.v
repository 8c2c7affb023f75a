// SPDX-License-Identifier: Apache-2.0
// crc16_byte: a CRC-16 with one more byte: the CCITT polynomial x^16 + x^12 +
// x^5 + 1, the lowest bit of a byte first, so that a register shifts down.
//
// Of a message followed by its own CRC, low byte first, it is 0; of a CRC's own
// low byte it is the high byte.

`default_nettype none

module crc16_byte (
    input  wire [15:0] crc,
    input  wire [7:0]  data,
    output wire [15:0] next
);

// Eight steps of `crc >> 1 ^ (out ? 16'h8408 : 0)` at once: `out` holds the bits
// that leave, of which the upper four have met the lower four.
wire [7:0] in  = crc[7:0] ^ data;
wire [7:0] out = in ^ {in[3:0], 4'd0};

assign next = {out, crc[15:8]} ^ {12'd0, out[7:4]} ^ {5'd0, out, 3'd0};

endmodule

`default_nettype wire
