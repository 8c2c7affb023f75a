// SPDX-License-Identifier: Apache-2.0
// delay: a value CLOCKS clocks later; a reset fills the line with zeros.

`default_nettype none

module delay #(
    parameter CLOCKS = 1,   // 0: a wire
    parameter W      = 1
) (
    input  wire         clk,
    input  wire         rst,
    input  wire [W-1:0] in,
    output wire [W-1:0] out
);

generate
    if (CLOCKS == 0) begin : gen_wire
        wire unused = &{1'b0, clk, rst};
        assign out = in;
    end else if (CLOCKS == 1) begin : gen_register
        reg [W-1:0] line;
        always @(posedge clk)
            line <= rst ? {W{1'b0}} : in;
        assign out = line;
    end else begin : gen_line
        reg [CLOCKS*W-1:0] line;   // youngest value in the low bits
        always @(posedge clk)
            line <= rst ? {CLOCKS*W{1'b0}} : {line[(CLOCKS-1)*W-1:0], in};
        assign out = line[(CLOCKS-1)*W +: W];
    end
endgenerate

endmodule

`default_nettype wire
