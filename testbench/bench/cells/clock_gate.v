// SPDX-License-Identifier: Apache-2.0
// clock_gate: lets the next rising edge of the clock through where enable is high
// when the clock falls. Held while the clock is high, so that no pulse is cut.

`default_nettype none

module clock_gate (
    input  wire clk,
    input  wire enable,
    output wire gated
);

reg enabled;

always @(negedge clk)
    enabled <= enable;

assign gated = clk & enabled;

endmodule

`default_nettype wire
