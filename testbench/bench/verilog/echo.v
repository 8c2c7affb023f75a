// SPDX-License-Identifier: Apache-2.0
// echo: each output is its input of the cycle before, one pair for each way in
// which a port's value is kept.

`default_nettype none

module echo (
    input  wire         clk,

    input  wire [7:0]   in_8,
    input  wire [15:0]  in_16,
    input  wire [31:0]  in_32,
    input  wire [52:0]  in_53,
    input  wire [127:0] in_128,

    output reg  [7:0]   out_8,
    output reg  [15:0]  out_16,
    output reg  [31:0]  out_32,
    output reg  [52:0]  out_53,
    output reg  [127:0] out_128
);

always @(posedge clk) begin
    out_8   <= in_8;
    out_16  <= in_16;
    out_32  <= in_32;
    out_53  <= in_53;
    out_128 <= in_128;
end

endmodule

`default_nettype wire
