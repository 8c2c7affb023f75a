// SPDX-License-Identifier: Apache-2.0
// synchroniser: brings bits of another clock into this one, through two flops.
//
// Each bit arrives one to two clocks after it changed, and not necessarily in
// the clock in which another does: a word may cross only if it changes by one
// bit at a time (a Gray code). The value must last longer than a clock period
// to be sure to be seen.

`default_nettype none

module synchroniser #(
    parameter WIDTH = 1   // bits, from 1
) (
    input  wire             clk,   // the receiving clock
    input  wire             rst,
    input  wire [WIDTH-1:0] d,     // driven by registers of another clock, without logic behind them
    output wire [WIDTH-1:0] q
);

generate if (WIDTH < 1) begin : check_width
    error_WIDTH_must_be_at_least_1 stop ();
end endgenerate

reg [WIDTH-1:0] first;    // may be metastable in hardware
reg [WIDTH-1:0] second;

always @(posedge clk) begin
    first  <= d;
    second <= first;
    if (rst) begin
        first  <= {WIDTH{1'b0}};
        second <= {WIDTH{1'b0}};
    end
end

assign q = second;

endmodule

`default_nettype wire
