// SPDX-License-Identifier: Apache-2.0
// ram_delay: a value CLOCKS clocks later, kept in a memory of sixteen words; for
// addresses, of which a register a bit and clock would be many cells of an FPGA.

`default_nettype none

module ram_delay #(
    parameter CLOCKS = 6,   // 2 to 16
    parameter W      = 24
) (
    input  wire         clk,
    input  wire         rst,   // the values of CLOCKS clocks from then on are any
    input  wire [W-1:0] in,
    output wire [W-1:0] out
);

generate if (CLOCKS < 2 || CLOCKS > 16) begin : check_clocks
    error_CLOCKS_must_be_from_2_to_16 stop ();
end endgenerate

localparam BACK = CLOCKS - 1;

reg [3:0] at;

always @(posedge clk)
    at <= rst ? 4'd0 : at + 1'b1;

wire [3:0] from = at - BACK[3:0];

ram_1r1w #(.W(W), .DEPTH(16), .W_ADDR(5)) words_u (
    .clk        (clk),
    .write      (1'b1),
    .write_addr ({1'b0, at}),
    .write_data (in),
    .read       (1'b1),
    .read_addr  ({1'b0, from}),
    .read_data  (out)
);

endmodule

`default_nettype wire
