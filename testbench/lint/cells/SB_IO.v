// SPDX-License-Identifier: Apache-2.0
// SB_IO: ports of an iCE40's pin, for those who look at what is around it.

`default_nettype none

module SB_IO #(
    parameter [5:0] PIN_TYPE = 6'd0
) (
    inout  wire PACKAGE_PIN,
    input  wire INPUT_CLK,
    input  wire OUTPUT_CLK,
    input  wire OUTPUT_ENABLE,
    input  wire D_OUT_0,
    input  wire D_OUT_1,
    output wire D_IN_0
);

assign D_IN_0 = PACKAGE_PIN ^ PIN_TYPE[0];

wire unused = &{1'b0, PIN_TYPE[5:1], INPUT_CLK, OUTPUT_CLK, OUTPUT_ENABLE, D_OUT_0, D_OUT_1};

endmodule

`default_nettype wire
